-- A number of megabytes.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: tonumber
local s, z = string.rep("9", 8000000), string.rep(" ", 8000000) .. "1"
while true do tonumber(s) tonumber(z, 2) tonumber("0x" .. string.rep("f", 100)) end
