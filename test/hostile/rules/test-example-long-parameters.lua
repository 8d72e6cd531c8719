-- The parameters of an example are kept as people read them, but not a long text in very many places.
-- says: 2 tests, 0 failed
-- whole: yes
-- run: test -r t/t
-- status: 1
local list, text = {}, string.rep("x", 1000000)
for i = 1, 1000 do list[i] = text end
return rule { title = "t", level = "error", kinds = { "Service" }, params = { p = param("list of string", {}, "x") },
  check = function(doc, ctx) end,
  examples = { pass { params = { p = list }, "kind: Service\n" }, pass { "kind: Service\n" } } }
