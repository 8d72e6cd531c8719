-- A function that calls itself, with all it has.
-- says: stack overflow
local function f(a, b, c, d, e) return 1 + f(a, b, c, d, e) end
f(1, 2, 3, 4, 5)
