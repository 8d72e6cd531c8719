-- Findings that come to nothing because their message is wrong.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: ctx.fail
local place = at(doc, string.rep("x", 100000))
while true do pcall(ctx.fail, ctx, place, "%y") end
