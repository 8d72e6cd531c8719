-- No glob at all, and whatever was on the stack before.
-- status: 1
-- says: refused
-- attacks: ctx.files
local files = ctx.files
string.rep("*", 10, "*")
assert(not pcall(files) and not pcall(ctx.files) and not pcall(files, nil) and not pcall(files, ctx))
ctx:fail(doc, "refused")
