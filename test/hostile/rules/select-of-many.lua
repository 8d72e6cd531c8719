-- Arguments from the end, before the beginning, and of no number.
-- says: bad argument
-- attacks: select
assert(select("#", table.unpack({}, 1, 250)) == 250)
assert(select(-1, 1, 2) == 2 and not pcall(select, 0) and not pcall(select, math.mininteger, 1))
assert(select("#", select(math.maxinteger, 1)) == 0)
select(-9, 1)
