-- A list that is moved by one, for ever.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: table.insert table.remove
local t = {}
for i = 1, 200000 do t[i] = i end
while true do table.insert(t, 1, 0) table.remove(t, 1) end
