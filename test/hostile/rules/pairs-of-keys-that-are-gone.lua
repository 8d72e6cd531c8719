-- A walk over keys that were taken out: each is passed once, and counts.
-- status: 1
-- says: passed
-- attacks: pairs
local function walk(n)
  local t = {}
  for i = 1, n do t[i + 0.5] = i end
  local next = pairs(t)
  for i = 1, n do t[i + 0.5] = nil end
  return next
end
local next = walk(1e5)
for _ = 1, 1e5 do assert(next() == nil) end
ctx:fail(doc, "passed")
