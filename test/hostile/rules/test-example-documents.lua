-- An example of very many documents, whose facts are joined again for each change of each.
-- says: use up more than 500,000,000 instructions together
-- whole: yes
-- run: test -r t/t
-- status: 1
return rule { title = "t", level = "error",
  collect = { Service = function(doc, ctx) ctx:emit({ "x" }, { at = at(doc, "kind") }) end },
  join = function(key, facts, ctx) end,
  examples = { pass { string.rep("apiVersion: v1\nkind: Service\n---\n", 8000) } } }
