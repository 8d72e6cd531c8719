-- All bytes of a text, as values.
-- says: string.byte hands out at most 250 values
-- attacks: string.byte
local s = string.rep("x", 1000000)
assert(string.byte(s, math.mininteger, math.mininteger) == nil and string.byte(s, math.maxinteger) == nil)
assert(select("#", string.byte(s, -3, math.maxinteger)) == 3 and string.byte(s, 0) == nil)
while true do string.byte(s, 1, -1) end
