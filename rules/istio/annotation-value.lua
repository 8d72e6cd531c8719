local k8s = require "k8s"
local annotations = require "mesh/annotations"

return rule {
  title = "Istio's annotations have values that Istio can read",
  level = "warn",
  kinds = { "v1/Namespace", "v1/Service", "workload" },
  why = [[A value that Istio cannot read is passed over, or keeps the proxy from being injected at all.]],
  fix = [[Correct the value.]],
  links = {
    "https://istio.io/latest/docs/reference/config/annotations/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0125/",
  },
  aka = { "IST0125" },

  check = function(doc, ctx)
    annotations.visit(doc, k8s.pod_template(doc, ctx), ctx.resource.kind, function(map, key, kind)
      local known = annotations.find(key)
      if not known or not known.test or not known.kinds[kind] then return end
      local value = map[key]
      if type(value) == "table" or not known.test(tostring(value)) then
        ctx:fail(at(map, key), "annotation %s wants %s, not %q", key, known.wants, value)
      end
    end)
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Pod
      metadata:
        name: echo
        annotations:
          sidecar.istio.io/interceptionMode: TPROXY
          sidecar.istio.io/proxyCPU: 100m
          sidecar.istio.io/proxyMemory: 1.5Gi
          traffic.sidecar.istio.io/excludeInboundPorts: "80, 443"
          traffic.sidecar.istio.io/includeInboundPorts: "*"
          traffic.sidecar.istio.io/excludeOutboundPorts: ""
          traffic.sidecar.istio.io/includeOutboundIPRanges: 10.0.0.0/8,fd00::/8
          prometheus.istio.io/merge-metrics: "false"
    ]] },
    fail { line = 6, count = 7, message = "wants REDIRECT, TPROXY or NONE, not \"redirect\"", [[
      apiVersion: v1
      kind: Pod
      metadata:
        name: echo
        annotations:
          sidecar.istio.io/interceptionMode: redirect
          sidecar.istio.io/proxyMemory: 128MB
          traffic.sidecar.istio.io/excludeInboundPorts: "*"
          traffic.sidecar.istio.io/includeOutboundIPRanges: 10.0.0.0/8, 10.1.0.0/16
          traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.0.0.1
          status.sidecar.istio.io/port: "70000"
          readiness.status.sidecar.istio.io/periodSeconds: 5s
    ]] },
    -- where it does nothing its value does not matter
    pass { [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, annotations: {sidecar.istio.io/interceptionMode: redirect}}
    ]] },
  },
}
