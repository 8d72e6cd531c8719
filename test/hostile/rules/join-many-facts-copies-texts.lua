-- With many facts memory is given back while a join runs: what it makes again and again is time.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: ctx.emit string.rep string.sub
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    for i = 1, 500 do ctx:emit("k", i) end
  end },
  join = function(key, facts, ctx)
    local s = string.rep("x", 8000000)
    while true do s = string.sub(s, 2) .. "x" string.rep("x", 8000000) end
  end,
}
