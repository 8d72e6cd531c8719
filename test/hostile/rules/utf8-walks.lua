-- Characters of a long text.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: utf8.len utf8.offset
local s = string.rep("\u{10FFFF}", 4000000)
while true do utf8.len(s) utf8.offset(s, 2000000) utf8.offset(s, -2000000) utf8.len(s, -1) end
