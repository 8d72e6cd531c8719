-- A rule whose variables hold themselves in ten ways.
-- whole: yes
-- run: test -r t/t
-- status: 1
local ring = {}
for i = 1, 10 do ring[i] = ring end
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) return ring end, examples = { pass { "apiVersion: v1\nkind: Service\n" } } }
