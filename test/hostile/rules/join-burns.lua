-- A join that never ends; the other keys are joined.
-- says: it used up its budget of 64 MiB of memory
-- attacks: ctx.facts ctx.emit
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    ctx:emit(ctx.resource.name, { at = at(doc, "kind") })
  end },
  join = function(key, facts, ctx)
    if key == "b" then while true do ctx:facts(key) pcall(ctx.facts, ctx, { {} }) end end
    ctx:fail(facts[1], "joined")
  end,
}
