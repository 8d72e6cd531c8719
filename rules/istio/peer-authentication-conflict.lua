local pods = require "mesh/pods"
local single = require "mesh/single"

return rule {
  title = "One PeerAuthentication is for a pod",
  level = "warn",
  apart = "key",
  witness = { "workload" },
  least = 2,
  why = [[
    Of several PeerAuthentications that select a pod, or are for its whole namespace, Istio takes the oldest. Whether
    the pod demands mTLS then depends on which was created first, which no manifest shows.]],
  fix = [[Merge them into one, or give them selectors that share no pod.]],
  links = { "https://istio.io/latest/docs/reference/config/security/peer_authentication/" },

  collect = {
    workload = pods.in_scope,
    ["security.istio.io/PeerAuthentication"] = single.object,
  },

  join = function(_, facts, ctx)
    single.tell_wide(facts, ctx)
    single.tell_narrow(facts, ctx)
  end,

  examples = {
    pass { [[
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: team-a}
      spec: {mtls: {mode: STRICT}}
      ---
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: echo, namespace: team-a}
      spec: {selector: {matchLabels: {app: echo}}}
    ]] },
    fail { line = 3, count = 2, message = "PeerAuthentication for all pods of the namespace, and so is b", [[
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: a, namespace: team-a}
      spec: {mtls: {mode: STRICT}}
      ---
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: b, namespace: team-a}
      spec: {mtls: {mode: PERMISSIVE}}
    ]] },
    fail { line = 4, count = 2, message = "PeerAuthentication web also selects Deployment echo", [[
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: echo, namespace: team-a}
      spec: {selector: {matchLabels: {app: echo}}}
      ---
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
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
