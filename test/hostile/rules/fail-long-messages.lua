-- Findings with messages of megabytes.
-- says: it used up its budget of 64 MiB of memory
-- attacks: ctx.fail
local s = string.rep("m", 1000000)
while true do ctx:fail(doc, "%s", s) end
