return rule {
  title = "Manifests say what they mean in place, without aliases and merges",
  level = "off",
  notes = { "alias", "merge" },
  patches = true,
  params = {
    forbid = param("list of string", { "alias", "merge" }, "which of the two are told"),
  },
  why = [[
    `*name` and `<<` stand for text elsewhere in the document: a review of one line no longer shows what changes,
    readers of YAML 1.1 and 1.2 merge differently, and tools that write manifests write the text out.]],
  fix = [[Write the value where it is used.]],
  aka = { "yamllint anchors" },

  check = function(note, ctx)
    for kind in each(ctx.params.forbid) do
      if kind == note.kind then
        if kind == "merge" then
          ctx:fail(note, "a merge brings keys that do not stand here")
        else
          ctx:fail(note, { also = { { note.other, "what it stands for" } } },
            "`%s` stands for a value that is written elsewhere", note.text)
        end
      end
    end
  end,

  examples = {
    pass { [[
      a: {b: 1}
      "<<": c
      d: "*a"
    ]] },
    pass { "a: &anchor {b: 1}\n" },
    fail { line = 2, column = 4, count = 1, message = "`*a` stands for", [[
      a: &a 1
      b: *a
    ]] },
    fail { line = 3, column = 3, count = 1, message = "a merge", [[
      a: &a {b: 1}
      c:
        <<: *a
    ]] },
    fail { line = 3, count = 1, message = "a merge", [[
      a: &a {b: 1}
      c:
        <<: [*a, {d: 1}]
    ]] },
    fail { line = 2, count = 2, [[
      a: &a [x]
      b: [*a, *a]
    ]] },
    pass { params = { forbid = { "merge" } }, [[
      a: &a 1
      b: *a
    ]] },
  },
}
