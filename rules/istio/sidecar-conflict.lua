local mesh = require "mesh"
local pods = require "mesh/pods"
local single = require "mesh/single"

return rule {
  title = "One Sidecar is for a pod",
  level = "error",
  apart = "key",
  witness = { "workload" },
  least = 2,
  why = [[
    Istio takes one Sidecar for each proxy. Where two select a pod, or two without a selector are in its namespace, it
    is undefined which hosts the pod reaches, and it changes with the order of creation.]],
  fix = [[Merge them, or give them selectors that share no pod.]],
  links = {
    "https://istio.io/latest/docs/reference/config/analysis/ist0110/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0111/",
  },
  aka = { "IST0110", "IST0111" },

  collect = {
    workload = function(doc, ctx)
      if pods.may_be_in_mesh(doc, ctx) then pods.in_scope(doc, ctx) end
    end,
    ["networking.istio.io/Sidecar"] = function(doc, ctx)
      -- in an ambient namespace none has an effect: istio/sidecar-in-ambient
      if mesh.namespace(ctx.namespace.labels) ~= "ambient" then single.object(doc, ctx) end
    end,
  },

  join = function(_, facts, ctx)
    single.tell_wide(facts, ctx)
    single.tell_narrow(facts, ctx)
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: team-a}
      spec: {egress: [{hosts: [./*]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: echo, namespace: team-a}
      spec: {workloadSelector: {labels: {app: echo}}}
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: web, namespace: team-a}
      spec: {workloadSelector: {labels: {tier: web}}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: team-a}
      spec: {template: {metadata: {labels: {app: echo}}}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: team-a}
      spec:
        template:
          metadata: {labels: {app: echo, tier: web}, annotations: {sidecar.istio.io/inject: "false"}}
          spec: {hostNetwork: true, initContainers: [], containers: []}
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: team-b}
    ]] },
    fail { line = 3, count = 2, message = "Sidecar for all pods of the namespace, and so is b", [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: a, namespace: team-a}
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: b, namespace: team-a}
      spec: {workloadSelector: {labels: {}}}
    ]] },
    fail { line = 4, count = 2, message = "Sidecar web also selects Deployment echo", [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: echo, namespace: team-a}
      spec: {workloadSelector: {labels: {app: echo}}}
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: web, namespace: team-a}
      spec: {workloadSelector: {labels: {tier: web}}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: team-a}
      spec: {template: {metadata: {labels: {app: echo, tier: web}}}}
    ]] },
    pass { policy = [[
      namespaces: [{match: team-a, labels: {istio.io/dataplane-mode: ambient}}]
    ]], [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: a, namespace: team-a}
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: b, namespace: team-a}
    ]] },
  },
}
