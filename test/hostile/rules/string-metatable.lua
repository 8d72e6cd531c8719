-- Texts have no methods that could be changed for others.
-- says: attempt to index a
assert((("x").upper) == nil and (5).x == nil and (true).x == nil and doc.nothing.more.x == nil)
local s = "x"
s.upper = error
