-- Facts that are nothing but places.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: ctx.emit
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    local place, list = at(doc, string.rep("y", 100000)), {}
    for i = 1, 200 do list[i] = place end
    while true do ctx:emit("k", list) end
  end },
  join = function(key, facts, ctx)
    error("x")
  end,
}
