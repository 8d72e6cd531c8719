-- A join knows no document.
-- says: ctx has no `file` in a join
-- attacks: ctx.facts ctx.emit
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    ctx:emit("k", 1)
  end },
  join = function(key, facts, ctx)
    for _, field in ipairs { "emit", "files", "namespace", "params", "vars", "scope", "resource", "document" } do
      assert(not pcall(function() return ctx[field] end), field)
    end
    assert(not pcall(at, {}) and not pcall(ctx.fail, ctx, nil, "x") and not pcall(ctx.fail, ctx, {}, "x"))
    for _, i in ipairs { 0, -1, math.mininteger, math.maxinteger, 1.5, 0 / 0 } do assert(facts[i] == nil) end
    assert(not pcall(function() facts[1] = 1 end) and not pcall(function() facts[1].value = 1 end) and not pcall(function() return facts.x end))
    return ctx.file
  end,
}
