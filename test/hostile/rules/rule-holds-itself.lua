-- A rule with itself among its parameters, and tables that are nested without end.
-- says: a table of the rule is nested too deeply
local deep = {}
for _ = 1, 100000 do deep = { deep } end
local r = rule { title = "t", level = "error", kinds = { "Service" }, check = function() end,
  params = { x = param("any", deep, "x") } }
r.params.y = r
return r -- return rule
