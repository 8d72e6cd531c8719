-- A hundred and fifty loops around each other, each of which catches what ends the inner one.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: pcall
local f = function() while true do end end
for _ = 1, 150 do local g = f f = function() while true do pcall(g) end end end
f()
