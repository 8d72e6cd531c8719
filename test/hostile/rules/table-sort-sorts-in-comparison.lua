-- Sorting while sorting.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: table.sort
local t = {}
for i = 1, 1000 do t[i] = (i * 7919) % 1000 end
local function less(a, b) table.sort(t, less) return a < b end
while true do pcall(table.sort, t, less) end
