-- A rule that takes away its own parameters once it was checked: krug reads its own copy.
-- says: x is 1
-- status: 1
local r
r = rule {
  title = "t", level = "error", kinds = { "Service" }, params = { x = param("integer", 1, "x") },
  examples = { pass { "a: 1" } },
  check = function(doc, ctx)
    r.params, r.kinds, r.check, r.examples = nil, 5, "x", { 5 }
    ctx:fail(doc, "x is %d", ctx.params.x)
  end,
}
return r -- return rule
