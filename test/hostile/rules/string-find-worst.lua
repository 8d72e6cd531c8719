-- A needle that is nearly everywhere.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: string.find
local s = string.rep("a", 8000000)
local needle = string.rep("a", 4000000) .. "b"
while true do string.find(s, needle) string.find(s, needle, math.mininteger) string.find(s, needle, math.maxinteger, true) end
