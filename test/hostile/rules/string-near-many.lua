-- A million names that may have been meant, and long ones.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: string.near
local names = {}
for i = 1, 200000 do names[i] = i % 2 == 0 and i or string.rep("n", 70) .. i end
local long = string.rep("x", 1000)
while true do string.near(string.rep("m", 75), names) string.near(long, names) end
