-- As many parts as bytes.
-- says: it used up its budget of 64 MiB of memory
-- attacks: string.split
local s = string.rep(",", 16000000)
while true do string.split(s, ",") end
