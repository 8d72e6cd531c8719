-- A default that holds itself.
-- says: nested too deeply, or holds itself
-- whole: yes
-- attacks: param rule
local d = {}
d.d = d
return rule { title = "t", level = "error", kinds = { "Service" }, params = { x = param("any", d, "x") }, check = function(doc, ctx) return ctx.params.x end }
