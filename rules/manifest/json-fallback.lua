return rule {
  title = "A file that looks like JSON is JSON",
  level = "warn",
  notes = { "json-fallback" },
  patches = true,
  why = [[
    What begins with a brace is JSON to kubectl, and YAML only where that fails: `012` is then 10, `yes` is
    true, and other readers of JSON refuse the file.]],
  fix = [[Correct the JSON at the place: no comma behind the last item, no comments, double quotes.]],

  check = function(note, ctx)
    ctx:fail(note, "this is no JSON from here on (%s), and is read as YAML", note.text)
  end,

  examples = {
    pass { [[
      {"apiVersion": "v1", "kind": "ConfigMap"}
    ]] },
    pass { "a: {b: 1,}\n" },
    fail { line = 1, column = 21, [[
      {"apiVersion": "v1",}
    ]] },
  },
}
