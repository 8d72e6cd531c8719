local mesh = require "mesh"

return rule {
  title = "A Sidecar is in a namespace that has sidecars",
  level = "warn",
  kinds = { "networking.istio.io/Sidecar" },
  why = [[In an ambient namespace no pod has a sidecar: what a Sidecar says for all of the namespace does nothing.]],
  fix = [[Take it out, or use a waypoint and exportTo.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0167/" },
  aka = { "IST0167" },

  check = function(sidecar, ctx)
    if count(sidecar.spec.workloadSelector.labels) > 0 then return end
    if mesh.namespace(ctx.namespace.labels) == "ambient" then
      ctx:fail(at(sidecar, "kind"), "namespace %s is ambient: this Sidecar does nothing", ctx.namespace.name)
    end
  end,

  examples = {
    pass { policy = [[
      namespaces: [{match: mesh, labels: {istio.io/dataplane-mode: ambient, istio.io/rev: canary}}]
    ]], [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: mesh}
    ]] },
    fail { policy = [[
      namespaces: [{match: mesh, labels: {istio.io/dataplane-mode: ambient}}]
    ]], line = 2, message = "namespace mesh is ambient", [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: mesh}
    ]] },
    -- some pods of it may have one
    pass { policy = [[
      namespaces: [{match: mesh, labels: {istio.io/dataplane-mode: ambient}}]
    ]], [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: echo, namespace: mesh}
      spec: {workloadSelector: {labels: {app: echo}}}
    ]] },
  },
}
