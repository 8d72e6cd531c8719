-- A default that is many times what it seems.
-- says: it used up its budget of 64 MiB of memory
-- whole: yes
-- attacks: param
local d = {}
for _ = 1, 30 do d = { d, d, d, d } end
return rule { title = "t", level = "error", kinds = { "Service" }, params = { x = param("any", d, "x") }, check = function(doc, ctx) return ctx.params.x end }
