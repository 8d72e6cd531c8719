-- What looks at values answers for any.
-- says: fine
-- attacks: num str count typeof each null
local things = { 5, "x", true, {}, doc, ctx, error, at(doc, "kind"), ctx.scope, _ENV, string, 0 / 0, math.mininteger }
for _, a in ipairs(things) do
  num(a) str(a) count(a) typeof(a) each(a) null(a)
  for _, b in ipairs(things) do num(a, b) str(a, b) typeof(a, b) null(a, b) end
end
error("fine")
