return rule {
  title = "A key stands once in a map",
  level = "error",
  notes = { "duplicate-key" },
  patches = true,
  why = [[
    kubectl takes the last of equal keys and says nothing; kustomize and other readers refuse the file. What
    stands first looks as if it counted and does not. Keys are compared as Kubernetes reads them: `yes` and
    `true` are the same key, and so are `0x1` and `1`.]],
  fix = [[Keep one of the two.]],
  links = { "https://github.com/kubernetes/kubernetes/issues/99286" },

  check = function(note, ctx)
    ctx:fail(note, { also = { { note.other, "first set here; this value is dropped" } } },
      "key %q is set again: the first value is silently dropped", note.text)
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: one}
      data: {a: "1", b: "1"}
    ]] },
    fail { line = 6, column = 3, [[
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: one}
      data:
        a: "1"
        a: "2"
    ]] },
    fail { line = 2, message = "yes", [[
      true: 1
      yes: 2
    ]] },
  },
}
