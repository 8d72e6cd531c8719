local pods = require "mesh/pods"
local single = require "mesh/single"

return rule {
  title = "One Telemetry is for a pod",
  level = "error",
  apart = "key",
  witness = { "workload" },
  least = 2,
  why = [[
    Of several Telemetries that select a pod, or are for its whole namespace, Istio takes the oldest: what the others
    say of logs, metrics or traces is lost, even where the oldest says nothing of these. An empty selector is none.]],
  fix = [[Merge them into one, or give them selectors that share no pod.]],
  links = {
    "https://istio.io/latest/docs/reference/config/analysis/ist0159/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0160/",
  },
  aka = { "IST0159", "IST0160" },

  collect = {
    workload = pods.in_scope,
    ["telemetry.istio.io/Telemetry"] = single.object,
  },

  join = function(_, facts, ctx)
    single.tell_wide(facts, ctx)
    single.tell_narrow(facts, ctx)
  end,

  examples = {
    -- with targetRefs it is for no pods
    pass { [[
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: default, namespace: team-a}
      spec: {accessLogging: [{providers: [{name: envoy}]}]}
      ---
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: echo, namespace: team-a}
      spec: {selector: {matchLabels: {app: echo}}}
      ---
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: waypoint, namespace: team-a}
      spec: {targetRefs: [{kind: Gateway, name: waypoint}]}
      ---
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: old, namespace: team-a}
      spec: {targetRef: {kind: Gateway, name: waypoint}}
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: echo, namespace: team-a}
      spec: {template: {metadata: {labels: {app: echo}}}}
    ]] },
    fail { line = 3, count = 2, message = "Telemetry for all pods of the namespace, and so is b", [[
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: a, namespace: team-a}
      ---
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: b, namespace: team-a}
      spec: {metrics: [{}]}
    ]] },
    fail { line = 4, count = 2, message = "Telemetry web also selects Deployment echo", [[
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: echo, namespace: team-a}
      spec: {selector: {matchLabels: {app: echo}}}
      ---
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: web, namespace: team-a}
      spec: {selector: {matchLabels: {tier: web}}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: team-a}
      spec: {template: {metadata: {labels: {app: echo, tier: web}}}}
    ]] },
  },
}
