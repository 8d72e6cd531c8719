-- A key and a value of more than four KiB, in one text or in many.
-- says: at most 4096 bytes each
-- attacks: ctx.emit
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    local list = {}
    for i = 1, 1000 do list[i] = string.rep("x", 4000) end
    assert(not pcall(ctx.emit, ctx, list, 1) and not pcall(ctx.emit, ctx, "k", list) and not pcall(ctx.emit, ctx, string.rep("x", 5000), 1))
    local holes = { 1, 2, [4000] = 1 }
    assert(not pcall(ctx.emit, ctx, holes, 1) and not pcall(ctx.emit, ctx, {}, 1))
    ctx:emit("k", string.rep("x", 4097))
  end },
  join = function(key, facts, ctx)
    error(key)
  end,
}
