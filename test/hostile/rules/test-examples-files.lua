-- The same with its further files.
-- says: more than 1,000 manifests
-- whole: yes
-- run: test -r t/t
-- status: 1
local files = {}
for i = 1, 100000 do files[i .. ".yaml"] = "" end
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) end, examples = { pass { "", files = files } } }
