-- A list of a million holes.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: each
local t = {}
for i = 1, 1000000 do t[i] = 1 end
for i = 1, 999999 do t[i] = nil end
while true do for _ in each(t) do end end
