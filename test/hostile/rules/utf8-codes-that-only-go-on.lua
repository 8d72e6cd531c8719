-- Its iterator is given another text, of bytes that only go on.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: utf8.codes
local next = utf8.codes("a")
local s = "a" .. string.rep("\x80", 15000000)
for _ = 1, 20 do pcall(next, s, 1) end
