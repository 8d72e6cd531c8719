-- A pattern that never takes more steps than allowed, for ever.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: re.test re.find re.match
local s = string.rep("a", 14) .. "!"
while true do re.test(s, "(a+)+$") re.find(s, "(a+)+$", 5) re.match(s, "(a+)+$") end
