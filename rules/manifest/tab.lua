return rule {
  title = "No tab separates anything",
  level = "off",
  notes = { "tab" },
  patches = true,
  why = [[
    YAML forbids tabs as indentation and allows them elsewhere, behind a colon or before a comment, where they
    look like blanks until somebody moves the line.]],
  fix = [[Write blanks.]],

  check = function(note, ctx)
    ctx:fail(note, "a tab")
  end,

  examples = {
    pass { "a: \"b\tc\"\n" },
    pass { "a: |\n  b\tc\n" },
    fail { line = 1, column = 3, "a:\tb\n" },
    fail { line = 1, column = 5, "a: b\t# c\n" },
  },
}
