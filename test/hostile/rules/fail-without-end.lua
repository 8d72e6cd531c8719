-- Findings without end.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: ctx.fail
while true do ctx:fail(doc, "x") end
