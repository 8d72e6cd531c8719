-- Lines and counts that are no numbers of lines.
-- says: expected
-- whole: yes
-- run: test -r t/t
-- status: 1
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) ctx:fail(doc, "x") end, examples = { fail { line = math.mininteger, "apiVersion: v1\nkind: Service\n" }, fail { line = math.maxinteger, column = 0 / 0, count = math.huge, "apiVersion: v1\nkind: Service\n" }, fail { count = -1, "apiVersion: v1\nkind: Service\n" } } }
