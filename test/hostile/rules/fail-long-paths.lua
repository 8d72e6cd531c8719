-- Findings at places whose path is a megabyte.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: ctx.fail at
local place = at(doc, string.rep("x", 1000000))
while true do ctx:fail(place, "x") end
