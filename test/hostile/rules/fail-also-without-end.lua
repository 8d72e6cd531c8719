-- A finding that speaks of many other places.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: ctx.fail
local place, also = at(doc, "kind"), {}
for i = 1, 100000 do also[i] = { place, "also here" } end
while true do ctx:fail(place, { also = also }, "x") end
