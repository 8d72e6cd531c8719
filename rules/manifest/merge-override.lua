return rule {
  title = "A merge does not replace a key that stands before it",
  level = "warn",
  notes = { "merge-override" },
  patches = true,
  why = [[
    In `{replicas: 3, <<: *defaults}` kubectl and Helm take `replicas` from the merge, because it comes later;
    kustomize, yq and every reader of the YAML specification take the 3 that stands there. The same file means
    two things on its way into the cluster.]],
  fix = [[Put the `<<` first, so that all readers let the keys below it win, or take the key out.]],

  check = function(note, ctx)
    ctx:fail(note, { also = { { note.other, "this value counts for kustomize and yq, and not for kubectl" } } },
      "the merge replaces `%s` above it for kubectl, but not for kustomize and other readers of YAML", note.text)
  end,

  examples = {
    pass { [[
      defaults: &defaults {replicas: 1}
      spec:
        <<: *defaults
        replicas: 3
    ]] },
    fail { line = 4, column = 3, message = "replaces `replicas`", [[
      defaults: &defaults {replicas: 1}
      spec:
        replicas: 3
        <<: *defaults
    ]] },
  },
}
