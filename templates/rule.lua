return rule {
  -- one line: what is true when the rule passes
  title = "Every {{SUBJECT}} says which team owns it",
  -- error, warn, info or off; policies decide otherwise, namespace by namespace
  level = "warn",
  kinds = { "{{KIND}}" },
  params = {
    label = param("string", "team", "the label that names the owner"),
  },
  why = [[
    Who is called at night when it breaks? Say here what goes wrong where the rule does not hold: people fix
    what they understand.]],
  fix = [[Add the label `team` to metadata.labels.]],

  -- What is missing is nil all the way down, so this raises on no document.
  check = function(doc, ctx)
    local label = ctx.params.label
    if not str(doc.metadata.labels[label]) then
      ctx:fail(at(doc, "metadata", "labels", label), "the label %s is missing", label)
    end
  end,

  -- `krug test` runs these, `krug explain` shows them
  examples = {
    pass { [[
{{HEAD}}
      metadata:
        name: echo
        labels: {team: echo}
    ]] },
    fail { line = 3, message = "the label team is missing", [[
{{HEAD}}
      metadata:
        name: echo
    ]] },
    fail { params = { label = "owner" }, message = "the label owner is missing", [[
{{HEAD}}
      metadata:
        name: echo
        labels: {team: echo}
    ]] },
  },
}
