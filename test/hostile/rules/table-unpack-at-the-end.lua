-- The last place that there is: one more would be the first.
-- says: nothing there
-- attacks: table.unpack select
assert(select("#", table.unpack({}, math.maxinteger)) == 0)
assert(select("#", table.unpack({}, math.maxinteger, math.maxinteger)) == 1)
assert(select("#", table.unpack({}, math.maxinteger - 249, math.maxinteger)) == 250)
assert(not pcall(table.unpack, {}, math.mininteger, math.maxinteger))
error("nothing there")
