return rule {
  title = "Nothing stands behind what Kubernetes reads of a document",
  level = "error",
  notes = { "dropped-remainder" },
  patches = true,
  why = [[
    kubectl cuts a file at lines that begin with `---`, and of each piece it reads only the first YAML
    document. What follows `...`, a `---` behind a lone carriage return, or a line that is indented less than
    the beginning is dropped without a word, although other readers see it.]],
  fix = [[Begin each document with a `---` line of its own, and indent a document evenly.]],

  check = function(note, ctx)
    ctx:fail(note, "Kubernetes reads nothing from here to the next `---` line, and does not say so")
  end,

  examples = {
    pass { [[
      a: 1
      ---
      b: 2
    ]] },
    -- nothing but comments and another end behind the end
    pass { "a: 1\n...\n# done\n" },
    pass { "a: 1\n...\n---\nb: 2\n" },
    -- an end that is none, inside of a text
    pass { "a: |\n  b\n  ...\n  c\n" },
    fail { line = 3, column = 1, [[
      a: 1
      ...
      b: 2
    ]] },
    -- indented less than the beginning
    fail { line = 2, column = 1, "  a: 1\nb: 2\n" },
    fail { line = 2, column = 1, "  a:\n- b\n" },
    -- behind what is complete already
    fail { line = 2, column = 1, "[a]\nb\n" },
    fail { line = 1, column = 5, "\"x\" y\n" },
    -- a lone carriage return, and other ends of lines, end no document for kubectl
    fail { line = 1, column = 6, "a: 1\r---\rb: 2\n" },
    fail { line = 1, column = 6, "a: 1\u{2028}---\u{2028}b: 2\n" },
    fail { line = 1, column = 6, "a: 1\u{85}---\u{85}b: 2\n" },
  },
}
