-- What looks at each byte of a long text, and makes nothing.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: string.trim string.starts_with string.ends_with string.find string.len
local s = string.rep(" ", 16000000)
while true do string.trim(s) string.starts_with(s, s) string.ends_with(s, s) string.find(s, s) string.find(s, "x") string.len(s) end
