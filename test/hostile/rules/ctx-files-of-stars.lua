-- A glob over every file, again and again.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: ctx.files
local s = string.rep("*a", 2000)
while true do ctx.files(s) ctx:files(s) end
