-- Keys and values of any kind.
-- says: value 1
-- attacks: ctx.emit
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    for _, x in ipairs { {}, error, ctx, at(doc, "kind"), doc, _ENV, string, { {} }, { error } } do pcall(ctx.emit, ctx, x, 1) pcall(ctx.emit, ctx, 1, x) end
    for _, x in ipairs { 0 / 0, math.huge, math.mininteger, -0.0, "", "\0", true, ctx.scope, { 0 / 0, true, ctx.scope } } do pcall(ctx.emit, ctx, x, 1) end
    assert(not pcall(ctx.emit, ctx, nil, 1) and not pcall(ctx.emit) and not pcall(ctx.emit, doc, 1, 1))
    ctx:emit("key", { at = at(doc, "kind"), n = 1 })
  end },
  join = function(key, facts, ctx)
    if key == "key" then error("value " .. facts[1].value.n) end
  end,
}
