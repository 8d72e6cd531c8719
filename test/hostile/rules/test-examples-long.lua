-- A long text in each of a thousand examples is held once by the rule.
-- says: hold more than 1 MiB of text together
-- whole: yes
-- run: test -r t/t
-- status: 1
local examples, text = {}, "#" .. string.rep("x", 60000)
for i = 1, 1000 do examples[i] = pass { "", policy = text } end
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) end, examples = examples }
