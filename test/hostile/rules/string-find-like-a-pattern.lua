-- A needle of megabytes that looks like a pattern of Lua's only at its end.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: string.find
local s = string.rep("a", 15000000) .. "%d"
for _ = 1, 20 do pcall(string.find, "x", s) end
