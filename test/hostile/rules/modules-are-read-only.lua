-- What modules share cannot be changed, and their tables not sorted.
-- says: cannot be set
-- attacks: pairs require
local k8s = require "k8s"
for name, value in pairs(k8s) do
  assert(not pcall(function() k8s[name] = nil end) and not pcall(function() k8s.mine = value end))
  if type(value) == "table" then
    assert(not pcall(table.insert, value, 1) and not pcall(table.sort, value) and not pcall(table.remove, value))
    assert(not pcall(function() value[1] = 5 end))
  end
end
for _, shared in ipairs { _ENV, string, table, math, utf8, re, ctx.vars, ctx.params, ctx.namespace, ctx.scope, ctx.file, ctx.document, ctx } do
  assert(not pcall(function() shared.x = 1 end))
end
string.format = nil
