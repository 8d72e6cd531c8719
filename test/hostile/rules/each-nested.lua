-- A list in a list in a list.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: each
local t = {}
for i = 1, 1000 do t[i] = t end
for a in each(t) do for b in each(a) do for c in each(b) do for d in each(c) do end end end end
