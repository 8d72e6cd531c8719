-- Facts without end.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: ctx.emit
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    while true do ctx:emit("k", 1) end
  end },
  join = function(key, facts, ctx)
    ctx:fail(facts[1], "%d", #facts)
  end,
}
