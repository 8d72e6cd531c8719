-- An example of a million nodes, each of which would be left out in turn.
-- says: more than 2,000 nodes
-- whole: yes
-- run: test -r t/t
-- status: 1
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) ctx:fail(doc, "x") end, examples = { fail { "apiVersion: v1\nkind: Service\nspec: [" .. string.rep("1,", 300000) .. "]" } } }
