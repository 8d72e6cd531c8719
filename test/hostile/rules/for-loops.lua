-- Loops that begin and end at the ends of numbers.
-- says: it used up its budget of 10,000,000 instructions
for i = math.maxinteger - 1, math.maxinteger do end
for i = math.mininteger, math.maxinteger, math.maxinteger do end
assert(not pcall(function() for i = 1, 2, 0 do end end))
for i = 1.0, math.huge do end
