-- All characters of a text, as values.
-- says: more than 1000 values at once
-- attacks: utf8.codepoint
local s = string.rep("x", 900000)
assert(not pcall(utf8.codepoint, s, math.mininteger, math.maxinteger) and not pcall(utf8.codepoint, "\xff"))
utf8.codepoint(s, 1, -1)
