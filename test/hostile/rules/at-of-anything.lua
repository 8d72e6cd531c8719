-- A place of what is no part of the document.
-- says: is not part of this document
-- attacks: at
for _, x in ipairs { 5, "x", true, ctx, error, ctx.scope } do at(x, "y") end
assert(not pcall(at, doc, {}) and not pcall(at, doc, 1.5) and not pcall(at, doc, 0 / 0) and not pcall(at, _ENV))
at({}, "x")
