-- Parts that together are more than there is memory.
-- says: it used up its budget of 64 MiB of memory
-- attacks: at
local key, keys = string.rep("x", 16000000), {}
for i = 1, 250 do keys[i] = key end
at(doc, table.unpack(keys))
