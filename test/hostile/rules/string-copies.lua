-- Copies of a long text.
-- says: it used up its budget of 64 MiB of memory
-- attacks: string.sub string.lower string.upper string.reverse
local s = string.rep("x", 8000000)
while true do string.sub(s, 2) string.lower(s) string.upper(s) string.reverse(s) end
