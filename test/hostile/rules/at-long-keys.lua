-- A place whose key is a megabyte.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: at
local key, kept = string.rep("x", 1000000), {}
while true do kept[#kept + 1] = at(doc, key) end
