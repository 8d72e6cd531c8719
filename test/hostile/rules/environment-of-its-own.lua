-- A rule that makes its own globals has them to itself.
-- says: 1
-- status: 1
local outer, _ENV = ctx, { ctx = ctx, doc = doc, string = { format = 5 } }
x = 1
outer:fail(doc, "%d", x)
