-- A list from the smallest number to the largest.
-- says: is behind the end
-- attacks: table.concat
assert(not pcall(table.concat, {}, "", math.mininteger, math.mininteger))
assert(table.concat({}, "", math.maxinteger, math.mininteger) == "")
table.concat({ "a" }, "x", 1, math.maxinteger)
