-- Very many files that an example says there are, and a glob that none of them takes a step of.
-- says: it used up its budget of 10,000,000 instructions
-- whole: yes
-- run: test -r t/t
-- status: 1
-- attacks: ctx.files pass
local files = {}
for i = 1, 100000 do files[i] = "b" end
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx)
  for _ = 1, 1000 do ctx.files("a") end
end, examples = { pass { files = files, "apiVersion: v1\nkind: Service\n" } } }
