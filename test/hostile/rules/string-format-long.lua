-- A format of megabytes.
-- says: it used up its budget of 64 MiB of memory
-- attacks: string.format
local s = string.rep("%s%%", 1000000)
while true do pcall(string.format, s) pcall(string.format, "%" .. s) end
