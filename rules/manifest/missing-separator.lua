return rule {
  title = "Each resource stands in a document of its own",
  level = "error",
  notes = { "second-resource" },
  patches = true,
  why = [[
    Where the `---` line between two resources is missing, both are one map to YAML, in which every key stands
    twice. kubectl takes the last of equal keys and says nothing: the first resource is never applied, and the second
    may carry parts of it.]],
  fix = [[Put a `---` line above the second resource.]],

  check = function(note, ctx)
    ctx:fail(note, { also = { { note.other, "of this resource only the keys that do not come again are left" } } },
      "a second resource begins here without a `---` line above it, and replaces the first")
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: one}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: two}
    ]] },
    fail { line = 4, column = 1, count = 1, message = "without a `---` line", [[
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: one}
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: two}
    ]] },
    -- the second begins with its kind
    fail { line = 4, count = 1, [[
      kind: ConfigMap
      apiVersion: v1
      metadata: {name: one}
      kind: ConfigMap
      apiVersion: v1
      metadata: {name: two}
    ]] },
    -- one key twice is a duplicate key and no second resource; so is a missing dash in a list
    pass { [[
      apiVersion: v1
      kind: ConfigMap
      apiVersion: v1
      metadata: {name: one}
    ]] },
    pass { [[
      apiVersion: v1
      kind: List
      items:
        - apiVersion: v1
          kind: ConfigMap
          apiVersion: v1
          kind: ConfigMap
    ]] },
  },
}
