-- As many keys as facts.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: ctx.emit
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    local i = 0
    while true do i = i + 1 ctx:emit(i, i) end
  end },
  join = function(key, facts, ctx)
    if key == 1 then error("x") end
  end,
}
