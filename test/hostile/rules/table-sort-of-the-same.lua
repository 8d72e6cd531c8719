-- Items that are the same, where Lua's own sort takes from the clock where it starts to compare.
-- status: 1
-- says: as they were
-- attacks: table.sort
local t = {}
for i = 1, 2000 do t[i] = { key = 10 + i % 7, i = i } end
t[1].key, t[1000].key, t[2000].key = 1, 2, 3
table.sort(t, function(a, b) return a.key < b.key end)
for i = 2, 2000 do assert(t[i - 1].key < t[i].key or t[i - 1].key == t[i].key and t[i - 1].i < t[i].i) end
ctx:fail(doc, "as they were")
