local k8s = require "k8s"
local annotations = require "mesh/annotations"

return rule {
  title = "Istio's annotations stand where Istio reads them",
  level = "warn",
  kinds = { "v1/Namespace", "v1/Service", "workload" },
  why = [[
    Istio reads each of its annotations from certain kinds only. One for pods does nothing on a Deployment itself: it
    belongs into the pod template.]],
  fix = [[Move it to the kind that it is for; what is for Pods goes under spec.template.metadata.annotations.]],
  links = {
    "https://istio.io/latest/docs/reference/config/annotations/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0107/",
  },
  aka = { "IST0107" },

  check = function(doc, ctx)
    annotations.visit(doc, k8s.pod_template(doc, ctx), ctx.resource.kind, function(map, key, kind)
      local known = annotations.find(key)
      if known and known.kinds and not known.kinds[kind] then
        ctx:fail(at(map, key), "annotation %s is for %s and does nothing on a %s", key,
          annotations.kinds_in_words(known.kinds), kind)
      end
    end)
  end,

  examples = {
    pass { [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, annotations: {galley.istio.io/analyze-suppress: "*"}}
      spec: {template: {metadata: {annotations: {sidecar.istio.io/logLevel: debug}}}}
    ]] },
    fail { line = 5, message = "is for Pod (or pod template) and does nothing on a Deployment", [[
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: echo
        annotations: {sidecar.istio.io/logLevel: debug}
    ]] },
    fail { line = 3, message = "networking.istio.io/exportTo is for Service", [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, annotations: {networking.istio.io/exportTo: "."}}
    ]] },
  },
}
