-- Places that are no places.
-- says: is not a place in the list
-- attacks: table.insert table.remove
for _, at in ipairs { math.mininteger, math.maxinteger, -1, 0, 3 } do
  assert(not pcall(table.insert, { 1 }, at, 1))
  assert(table.remove({ 1 }, at) == nil)
end
table.insert({ 1 }, math.maxinteger, 1)
