-- A rule that keeps something in a module's variables.
-- says: keeps something between documents
-- whole: yes
-- run: test -r t/t
-- status: 1
-- lib: local n = 0 return { next = function() n = n + 1 return n end }
-- attacks: require
local m = require "m"
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) if m.next() > 1 then ctx:fail(doc, "x") end end, examples = { pass { "apiVersion: v1\nkind: Service\n" }, fail { "apiVersion: v1\nkind: Service\n" } } }
