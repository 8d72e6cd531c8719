-- Characters that are none.
-- says: value out of range
-- attacks: utf8.char
assert(not pcall(utf8.char, math.mininteger) and not pcall(utf8.char, math.maxinteger))
for i = 1, 100 do utf8.char(table.unpack({}, 1, 0)) end
utf8.char(-1)
