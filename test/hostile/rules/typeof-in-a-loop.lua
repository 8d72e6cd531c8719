-- Children of a large map are looked for one by one.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: typeof null num str type
while true do typeof(doc, "nothing") null(doc.spec, "nothing") num(1) str("") type(1) typeof(doc.spec.ports, math.maxinteger) end
