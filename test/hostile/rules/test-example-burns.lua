-- A rule that never ends, in its example.
-- says: it used up its budget of 10,000,000 instructions
-- whole: yes
-- run: test -r t/t
-- status: 1
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) while true do end end, examples = { fail { "apiVersion: v1\nkind: Service\n" }, pass { "apiVersion: v1\nkind: Service\n" } } }
