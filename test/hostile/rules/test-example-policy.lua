-- A policy of an example that relaxes, loops and lies.
-- says: the example's policy
-- whole: yes
-- run: test -r t/t
-- status: 1
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) ctx:fail(doc, "x") end, examples = { fail { policy = "root: true\nlayout: [{path: \"**\", namespace: \"{a}\"}]\nlocked: [t/*]", "apiVersion: v1\nkind: Service\n" } } }
