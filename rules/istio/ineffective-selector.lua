local pods = require "mesh/pods"
local small = require "mesh/small"

local NAME = "gateway.networking.k8s.io/gateway-name"

-- The labels of the pods that Istio makes for a Gateway of the Gateway API.
local function note_gateway(doc, ctx)
  local name = ctx.resource.name
  local labels = small.map(doc.metadata.labels)
  if not name or #name > 253 or not labels then return end
  for key, value in pairs(small.map(doc.spec.infrastructure.labels)) do labels[key] = value end
  labels[NAME] = name
  ctx:emit(ctx.scope, { pod = labels, at = at(doc, "metadata", "name") })
end

local function note_workload(doc, ctx)
  local value = pods.value(doc, ctx)
  if value and value.pod[NAME] then ctx:emit(ctx.scope, value) end
end

local function note_policy(doc, ctx)
  local selector = pods.selector(doc)
  if selector and doc.spec.selector ~= nil then
    ctx:emit(ctx.scope, { selector = selector, at = at(doc, "spec", "selector") })
  end
end

return rule {
  title = "A policy for a gateway of the Gateway API names it by targetRefs",
  level = "warn",
  apart = "key",
  witness = { "workload", "gateway.networking.k8s.io/Gateway" },
  least = 2,
  why = [[
    Istio does not look at the selector of a policy for pods that it made for a Gateway of the Gateway API (waypoints
    too): such a policy has no effect there.]],
  fix = [[Write `targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: NAME}]` instead of the
  selector.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0166/" },
  aka = { "IST0166" },

  collect = {
    ["gateway.networking.k8s.io/Gateway"] = note_gateway,
    workload = note_workload,
    ["security.istio.io/AuthorizationPolicy"] = note_policy,
    ["security.istio.io/RequestAuthentication"] = note_policy,
    ["telemetry.istio.io/Telemetry"] = note_policy,
    ["extensions.istio.io/WasmPlugin"] = note_policy,
  },

  join = function(_, facts, ctx)
    for fact in each(facts) do
      local found
      for gateway in each(fact.value.selector and facts) do
        if gateway.value.pod and pods.selects(fact.value.selector, gateway) then found = found or gateway end
      end
      if found then
        ctx:fail(fact.value.at, { also = { { found.value.at, "selected, and without effect" } } },
          "the selector has no effect on the pods of %s %s, which is of the Gateway API", found.resource.kind,
          str(found.resource.name, "?"))
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: waypoint, namespace: team-a, labels: {app: waypoint}}
      spec: {infrastructure: {labels: {tier: web}}}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo, namespace: team-a}
      spec: {selector: {matchLabels: {app: echo}}}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: all, namespace: team-a}
      ---
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: one, namespace: team-a}
      spec: {targetRefs: [{kind: Gateway, name: waypoint}]}
      ---
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: old, namespace: team-a}
      spec: {targetRef: {kind: Gateway, name: waypoint}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: team-a}
      spec: {template: {metadata: {labels: {app: echo}}}}
    ]] },
    fail { line = 9, column = 13, count = 1, message = "no effect on the pods of Gateway waypoint", [[
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: waypoint, namespace: team-a}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo, namespace: team-a}
      spec:
        selector: {matchLabels: {gateway.networking.k8s.io/gateway-name: waypoint}}
    ]] },
    fail { line = 4, message = "no effect on the pods of Deployment made", [[
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: all, namespace: team-a}
      spec: {selector: {matchLabels: {}}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: made, namespace: team-a}
      spec: {template: {metadata: {labels: {gateway.networking.k8s.io/gateway-name: own}}}}
    ]] },
  },
}
