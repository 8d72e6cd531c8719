-- Values that hold themselves, or are nested without end.
-- says: nested more than 16 deep, or hold themselves
-- attacks: ctx.emit
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    local ring, deep = {}, {}
    ring.ring = ring
    for _ = 1, 100 do deep = { deep } end
    assert(not pcall(ctx.emit, ctx, "k", ring) and not pcall(ctx.emit, ctx, ring, 1) and not pcall(ctx.emit, ctx, deep, 1))
    ctx:emit("k", deep)
  end },
  join = function(key, facts, ctx)
    error(key)
  end,
}
