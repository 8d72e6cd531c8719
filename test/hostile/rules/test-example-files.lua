-- Files of an example that are paths out of it.
-- whole: yes
-- run: test -r t/t
-- status: 1
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) ctx:fail(doc, "%d", #ctx.files("**")) end, examples = { fail { files = { ["../../etc/passwd"] = "x", ["/etc/passwd"] = "a: 1", "a/../b", [5] = {} }, path = "/../x", "apiVersion: v1\nkind: Service\n" } } }
