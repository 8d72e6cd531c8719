-- A join that wants all memory.
-- says: it used up its budget of 64 MiB of memory
-- attacks: ctx.emit
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    ctx:emit("k", 1)
  end },
  join = function(key, facts, ctx)
    local t = {}
    for i = 1, 1e9 do t[i] = { facts } end
  end,
}
