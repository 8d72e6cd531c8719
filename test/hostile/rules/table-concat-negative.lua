-- Quintillions of items in front of the list.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: table.concat
table.concat({ "a" }, "x", math.mininteger, 1)
