-- Comparing long texts that are the same happens in one call, without an instruction.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: table.sort
local s, t = string.rep("x", 16000000), {}
for i = 1, 10000 do t[i] = s end
table.sort(t)
