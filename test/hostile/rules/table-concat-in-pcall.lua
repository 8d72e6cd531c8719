-- A long text of many, and again.
-- says: it used up its budget of 64 MiB of memory
-- attacks: table.concat
local t = {}
for i = 1, 1000 do t[i] = string.rep("x", 16000) end
while true do pcall(table.concat, t) end
