-- Lines of a trace without end.
-- says: it used up its budget of 10,000,000 instructions
-- run: lint --trace t/t
-- attacks: ctx.log
while true do ctx:log("%s", string.rep("x", 1000)) end
