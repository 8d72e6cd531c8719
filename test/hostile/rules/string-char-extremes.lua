-- Bytes that are none.
-- says: out of range
-- attacks: string.char
assert(not pcall(string.char, -1) and not pcall(string.char, math.maxinteger) and not pcall(string.char, 0 / 0))
string.char(256)
