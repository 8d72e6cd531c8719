-- A comparison that says yes, and no, and raises, and changes the list.
-- says: the rule raised
-- attacks: table.sort
local t = {}
for i = 1, 1000 do t[i] = i % 7 end
local n = 0
pcall(table.sort, t, function() return true end)
pcall(table.sort, t, function() n = n + 1 return n % 3 == 0 end)
pcall(table.sort, t, function() table.remove(t) return false end)
pcall(table.sort, t, function(x) t[#t + 1] = x return true end)
pcall(table.sort, t, function(a, b) t[1], t[2] = nil, {} return a == b end)
table.sort({ 1, 2, 3, {} })
