-- One example a hundred thousand times, which costs the rule nothing.
-- says: more than 1,000 manifests
-- whole: yes
-- run: test -r t/t
-- status: 1
local examples, one = {}, pass { "kind: Service\n" }
for i = 1, 100000 do examples[i] = one end
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) end, examples = examples }
