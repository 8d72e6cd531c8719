return rule {
  title = "The policy's layout knows every path",
  level = "error",
  on = "file",
  why = [[
    What a rule means for a file depends on the namespace that its path stands for. A file that no entry of
    the layout matches is judged as if it belonged to nobody.]],
  fix = [[Move the file, add an entry to `layout`, or leave it out with `exclude`.]],

  check = function(file, ctx)
    if file.in_layout == false then
      if file.layout_reason then
        ctx:fail(nil, "no entry of the policy's `layout` matches this path: %s", file.layout_reason)
      else
        ctx:fail(nil, "no entry of the policy's `layout` matches this path")
      end
    end
  end,

  examples = {
    pass { path = "a/b.yaml", "" },
    pass { path = "services/echo/dev/a.yaml", policy = [[
      layout:
        - {path: "services/{service}/{env}/**", namespace: "{service}-{env}"}
    ]], "" },
    fail { path = "other/a.yaml", policy = [[
      layout:
        - {path: "services/{service}/{env}/**", namespace: "{service}-{env}"}
    ]], "" },
    fail { path = "services/echo/staging/a.yaml", message = "staging", policy = [[
      vars: {short_env: {production: prod}}
      layout:
        - {path: "services/{service}/{env}/**", namespace: "{service}-{env:short_env}"}
    ]], "" },
  },
}
