-- A table that is small, and its content is many times the same.
-- says: at most 4096 bytes each
-- attacks: ctx.emit
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    local wide = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }
    for _ = 1, 15 do wide = { wide, wide, wide, wide, wide, wide, wide, wide, wide, wide } end
    ctx:emit("k", wide)
  end },
  join = function(key, facts, ctx)
    error(key)
  end,
}
