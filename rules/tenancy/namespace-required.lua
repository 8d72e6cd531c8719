local k8s = require "k8s"

return rule {
  title = "A resource says which namespace it is for",
  level = "error",
  kinds = { "*" },
  why = [[
    Without a namespace the object goes wherever the person or the pipeline that applies it happens to
    point to. On a shared cluster that is another team's namespace, or `default`.]],
  fix = [[Set metadata.namespace, or `namespace:` in the kustomization that lists the file.]],
  aka = { "stein namespace_specification" },

  check = function(doc, ctx)
    if not k8s.is_namespaced(ctx) then return end
    if ctx.file.placed or ctx.resource.namespace then return end
    ctx:fail(at(doc, "metadata", "namespace"), "%s has no namespace", ctx.resource.kind)
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: echo}
    ]] },
    pass { [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: echo}
    ]] },
    pass { kustomization = "echo", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
    ]] },
    fail { line = 3, column = 1, message = "Service has no namespace", [[
      apiVersion: v1
      kind: Service
      metadata:
        name: echo
    ]] },
    fail { line = 1, [[
      apiVersion: apps/v1
      kind: Deployment
    ]] },
  },
}
