return rule {
  -- one line: what is true when the rule passes
  title = "No {{SUBJECT}} is declared twice",
  -- error, warn, info or off; policies decide otherwise, namespace by namespace
  level = "warn",
  why = [[
    The last one that is applied wins. Say here what goes wrong where the rule does not hold: people fix what
    they understand.]],
  fix = [[Keep one of them, or give them different names.]],

  -- Notes what is to be judged together, under a key that brings it together.
  collect = {
    ["{{KIND}}"] = function(doc, ctx)
      local name = str(doc.metadata.name)
      if name then
        -- ctx.scope is the cluster and the namespace
        ctx:emit({ ctx.scope, doc.kind, name }, { place = at(doc, "metadata", "name") })
      end
    end,
  },

  -- Runs once for each key, with all that was noted under it, in the order of files.
  join = function(key, facts, ctx)
    local first
    for fact in each(facts) do
      if first then
        ctx:fail(fact.value.place, { also = { { first.value.place, "declared here first" } } },
          "%s is declared twice", key[3])
      end
      first = first or fact
    end
  end,

  -- `krug test` runs these, `krug explain` shows them
  examples = {
    pass { [[
{{HEAD}}
      metadata: {name: echo, namespace: a}
    ]], files = { ["other.yaml"] = [[
{{HEAD}}
      metadata: {name: echo, namespace: b}
    ]] } },
    fail { message = "echo is declared twice", [[
{{HEAD}}
      metadata: {name: echo, namespace: a}
    ]], files = { ["other.yaml"] = [[
{{HEAD}}
      metadata: {name: echo, namespace: a}
    ]] } },
  },
}
