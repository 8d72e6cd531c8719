-- Other places that are none.
-- attacks: ctx.fail
local also = {}
also[1] = also
pcall(ctx.fail, ctx, doc, { also = also }, "x")
pcall(ctx.fail, ctx, doc, { also = { {} } }, "x")
pcall(ctx.fail, ctx, doc, { also = 5 }, "x")
pcall(ctx.fail, ctx, doc, also, "x")
ctx:fail(doc, { also = { { doc, error } } }, "x")
