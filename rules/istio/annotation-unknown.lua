local k8s = require "k8s"
local annotations = require "mesh/annotations"

return rule {
  title = "Annotations that look like Istio's are Istio's",
  level = "warn",
  kinds = { "v1/Namespace", "v1/Service", "workload" },
  params = { known = param("list of string", {}, "globs of further annotations that something else reads") },
  why = [[An annotation that Istio does not know is passed over in silence: what it was meant to set is not set.]],
  fix = [[Correct the name, or take it away; a label (sidecar.istio.io/inject, istio.io/rev) belongs into labels.]],
  links = {
    "https://istio.io/latest/docs/reference/config/annotations/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0108/",
  },
  aka = { "IST0108" },

  check = function(doc, ctx)
    annotations.visit(doc, k8s.pod_template(doc, ctx), ctx.resource.kind, function(map, key)
      if annotations.find(key) then return end
      for pattern in each(ctx.params.known) do
        if glob(pattern, key) then return end
      end
      local near = annotations.near(key)
      ctx:fail(at(map, key), "Istio has no annotation %s%s", key, near and "; did you mean " .. near .. "?" or "")
    end)
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Pod
      metadata:
        name: echo
        annotations: {sidecar.istio.io/proxyCPU: 100m, sidecar.istio.io/status: "{}", example.com/x: a}
    ]] },
    fail { line = 3, message = "did you mean sidecar.istio.io/inject?", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, annotations: {istio.io/inject: "true"}}
    ]] },
    fail { line = 3, message = "did you mean sidecar.istio.io/proxyMemory?", [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, annotations: {sidecar.istio.io/proxyMemry: 64Mi}}
    ]] },
    -- in a pod template too
    fail { line = 7, count = 1, [[
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: echo}
      spec:
        template:
          metadata:
            annotations: {sidecar.istio.io/cpu: 100m}
    ]] },
    pass { params = { known = { "acme-istio.io/*" } }, [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: echo, annotations: {acme-istio.io/team: echo}}
    ]] },
  },
}
