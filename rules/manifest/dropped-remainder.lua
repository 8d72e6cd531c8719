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
    fail { [[
      a: 1
      ...
      b: 2
    ]] },
  },
}
