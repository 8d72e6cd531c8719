-- Formats that do not fit what they get.
-- says: nothing function table userdata
-- status: 1
-- attacks: ctx.fail
assert(not pcall(ctx.fail, ctx, doc, "%s") and not pcall(ctx.fail, ctx, doc, "%y", 1) and not pcall(ctx.fail, ctx, doc))
assert(not pcall(ctx.fail, ctx, doc, nil) and not pcall(ctx.fail, ctx, {}, "x") and not pcall(ctx.fail, {}, doc, "x"))
assert(not pcall(ctx.fail, ctx, 5, "x") and not pcall(ctx.fail))
ctx:fail(doc, "%d %d %d %d", nil, error, {}, ctx)
