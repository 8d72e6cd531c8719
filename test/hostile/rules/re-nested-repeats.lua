-- A pattern that is small, and immense once it is compiled.
-- says: bad argument
-- attacks: re.test
re.test("a", string.rep("(", 30) .. "a" .. string.rep("{1000})", 30))
