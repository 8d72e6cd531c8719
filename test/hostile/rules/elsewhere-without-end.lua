-- Asking what is elsewhere, for ever.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: ctx.elsewhere
while true do ctx:elsewhere("Secret", doc, ctx) pcall(ctx.elsewhere) pcall(ctx.elsewhere, ctx, {}) end
