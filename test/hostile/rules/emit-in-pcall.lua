-- Facts that come to nothing because their value is none.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: ctx.emit
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    local key, place = string.rep("x", 4000), at(doc, string.rep("y", 3000))
    while true do pcall(ctx.emit, ctx, key, error) pcall(ctx.emit, ctx, "k", { place, place, place, error }) end
  end },
  join = function(key, facts, ctx)
    error(key)
  end,
}
