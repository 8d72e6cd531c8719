-- A place with as many parts as there are.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: at
local keys = {}
for i = 1, 250 do keys[i] = string.rep("k", 1000) end
while true do at(doc, table.unpack(keys)) at(doc.spec.ports, math.mininteger, math.maxinteger) end
