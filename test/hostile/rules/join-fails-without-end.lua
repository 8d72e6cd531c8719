-- Findings of a join without end.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: ctx.fail
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    ctx:emit("k", { at = at(doc, "kind") })
  end },
  join = function(key, facts, ctx)
    while true do ctx:fail(facts[1], "%s", string.rep("x", 3000)) end
  end,
}
