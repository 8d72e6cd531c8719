local k8s = require "k8s"
local annotations = require "mesh/annotations"

return rule {
  title = "No annotation of Istio's is used that is deprecated",
  level = "info",
  kinds = { "v1/Namespace", "v1/Service", "workload" },
  why = [[
    A deprecated annotation stops working with some later version. sidecar.istio.io/inject works as a label only,
    where a namespace does not ask for injection itself.]],
  fix = [[Use what the list of annotations names instead; make sidecar.istio.io/inject a label of the pod template.]],
  links = {
    "https://istio.io/latest/docs/reference/config/annotations/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0135/",
  },
  aka = { "IST0135" },

  check = function(doc, ctx)
    annotations.visit(doc, k8s.pod_template(doc, ctx), ctx.resource.kind, function(map, key, _, labels)
      local known = annotations.find(key)
      if not known or not known.deprecated then return end
      if key == "sidecar.istio.io/inject" and labels[key] ~= nil then return end
      ctx:fail(at(map, key), "annotation %s is deprecated%s", key,
        key == "sidecar.istio.io/inject" and ": make it a label" or "")
    end)
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Pod
      metadata:
        name: echo
        labels: {sidecar.istio.io/inject: "false"}
        annotations: {sidecar.istio.io/inject: "false"}
    ]] },
    fail { line = 6, message = "sidecar.istio.io/inject is deprecated: make it a label", [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo}
      spec:
        template:
          metadata: {annotations: {sidecar.istio.io/inject: "false"}}
    ]] },
  },
}
