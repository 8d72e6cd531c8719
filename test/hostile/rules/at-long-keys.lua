-- A place whose path is a megabyte.
-- says: it used up its budget of 64 MiB of memory
-- attacks: at
local key, kept = string.rep("x", 1000000), {}
while true do kept[#kept + 1] = at(doc, key) end
