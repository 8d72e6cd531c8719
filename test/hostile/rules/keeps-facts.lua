-- Facts that are kept from one key to the next, and to what is collected after that.
-- says: was kept from before
-- run: test -r t/t
-- status: 1
local kept, walk
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    if kept then local x = kept[1].value end
    ctx:emit("k", { at = at(doc, "kind") })
  end },
  join = function(key, facts, ctx) kept = kept or facts walk = each(facts) ctx:fail(facts[1], "x") end,
  examples = {
    fail { "apiVersion: v1\nkind: Service" }, fail { "apiVersion: v1\nkind: Service" },
    pass { "apiVersion: v1\nkind: Service" },
  },
}
