-- Examples that together never end.
-- says: use up more than 500,000,000 instructions together
-- whole: yes
-- run: test -r t/t
-- status: 1
-- attacks: pass
local examples = {}
for i = 1, 3000 do examples[i] = pass { "apiVersion: v1\nkind: Service\n" } end
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) for i = 1, 1000000 do end end, examples = examples }
