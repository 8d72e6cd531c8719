-- Keys that are put in order, again and again.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: count pairs ipairs
local t = {}
for i = 1, 1000 do t[string.rep("k", 1000) .. i] = i end
while true do count(t) for _ in pairs(t) do end for _ in ipairs(t) do end end
