-- Functions that walk are values like others, and may be called with anything.
-- says: alive
-- status: 1
-- attacks: ipairs pairs each utf8.codes
local values = { 0, 1, -1, 1.5, math.maxinteger, math.mininteger, 1 << 31, "", "a", "\xff\x80", {}, { 1, 2 }, doc, ctx, string,
  each, true, at(doc, "spec"), ctx.scope }
for _, walk in pairs { (ipairs {}), (ipairs { 1, 2 }), (ipairs(doc)), (pairs {}), (pairs { a = 1 }), (pairs(doc)), (each {}),
                       (each { 1 }), (each(doc.spec.ports)), (utf8.codes "a") } do
  pcall(walk)
  for _, a in pairs(values) do
    pcall(walk, a)
    pcall(walk, nil, a)
    for _, b in pairs(values) do pcall(walk, a, b) end
  end
end
ctx:fail(doc, "alive")
