-- what kustomize accepts without apiVersion, kind, or both, as it does in a patch; and Helm's own files, whose
-- apiVersion is the chart's
local NO_MANIFESTS = {
  ["kustomization.yaml"] = true, ["kustomization.yml"] = true, Kustomization = true, ["Chart.yaml"] = true,
}

return rule {
  title = "A document has both apiVersion and kind, or neither",
  level = "error",
  on = "file",
  why = [[
    A document with only one of the two, or with a misspelt one, is refused by the API server, and no rule
    can know what it is. A document with neither is no manifest (values, settings of tools): it is counted,
    not told.]],
  fix = [[Set both, spelt apiVersion and kind.]],

  check = function(file, ctx)
    if NO_MANIFESTS[file.name] or file.patch then return end
    for document in each(file.documents) do
      if document.misspelt then
        ctx:fail(document.misspelt, "%s is missing; `%s` looks like it", document.missing,
          document.misspelt.text)
      elseif document.missing then
        ctx:fail(document, "%s is missing", document.missing)
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Service
    ]] },
    pass { "replicas: 2\n" },
    pass { patch = true, "kind: Deployment\n" },
    pass { path = "a/kustomization.yaml", "kind: Kustomization\n" },
    pass { path = "a/Chart.yaml", "apiVersion: v2\nname: echo\n" },
    fail { line = 1, column = 1, message = "apiVersion is missing", [[
      kind: Service
      metadata: {name: echo}
    ]] },
    fail { line = 1, message = "`apiVerison`", [[
      apiVerison: v1
      kind: Service
      metadata: {name: echo}
    ]] },
  },
}
