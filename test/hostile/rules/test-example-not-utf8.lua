-- An example that is no text.
-- says: expected a finding
-- whole: yes
-- run: test -r t/t
-- status: 1
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) ctx:fail(doc, "x") end, examples = { fail { "apiVersion: v1\nkind: Service\nx: \xff\xfe\0" } } }
