local pods = require "mesh/pods"

-- Those of the objects whose selector, in the root namespace, reaches the pods of all namespaces.
local REACH = {
  EnvoyFilter = true, PeerAuthentication = true, RequestAuthentication = true, Telemetry = true, WasmPlugin = true,
}

local function note(doc, ctx)
  local selector = pods.selector(doc)
  local key = selector and pods.key(selector)
  if not key then return end
  local kind = ctx.resource.kind
  local everywhere = kind == "Gateway" or (REACH[kind] and ctx.namespace.name == ctx.params.root_namespace)
  -- where nobody knows the namespace nobody knows its pods
  if not everywhere and not ctx.namespace.name then return end
  local field = doc.spec.workloadSelector ~= nil and "workloadSelector" or "selector"
  ctx:emit(everywhere and key or ctx.scope, { selector = selector, key = key[2], at = at(doc, "spec", field),
    namespace = not everywhere and ctx.namespace.name or nil })
end

return rule {
  title = "A selector of Istio's selects pods",
  level = "warn",
  witness = { "workload" },
  params = {
    root_namespace = param("string", "istio-system", "the mesh's root namespace, whose objects are for all pods"),
    elsewhere = param("list of string", { "istio=ingressgateway", "istio=egressgateway", "istio=eastwestgateway" },
      "labels of pods that are not in the repository, as LABEL=VALUE; * stands for anything"),
  },
  why = [[
    An object whose selector fits no pod has no effect: the port stays closed, the egress open, the filter out. It
    happens when labels are renamed. Gateways select in all namespaces, the others in their own.]],
  fix = [[
    Correct the selector. For pods that Helm or an operator creates: the parameter `elsewhere`, or, for those of a
    namespace, the policy's `elsewhere: [{kind: Pod, namespace: team-a, name: "*"}]`.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0101/" },
  aka = { "IST0101" },

  collect = {
    workload = function(doc, ctx)
      pods.in_scope(doc, ctx)
      pods.anywhere(doc, ctx)
    end,
    ["networking.istio.io/EnvoyFilter"] = note,
    ["networking.istio.io/Gateway"] = note,
    ["networking.istio.io/Sidecar"] = note,
    ["security.istio.io/PeerAuthentication"] = note,
    ["security.istio.io/RequestAuthentication"] = note,
    ["telemetry.istio.io/Telemetry"] = note,
    ["extensions.istio.io/WasmPlugin"] = note,
  },

  join = function(_, facts, ctx)
    for fact in each(facts) do
      local value, found = fact.value, false
      if value.selector then
        found = pods.find(value.selector, facts) ~= nil
          or (not value.namespace and pods.find(value.selector, ctx:facts("loose")) ~= nil)
      end
      for pattern in each(value.selector and fact.params.elsewhere) do
        found = found or glob(pattern, value.key)
      end
      if value.selector and not found and not ctx:elsewhere("Pod", str(value.namespace, ""), "*") then
        ctx:fail(value.at, "no pod%s has the labels that this %s selects (%s)", value.namespace
          and " of namespace " .. value.namespace or "", fact.resource.kind, value.key)
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: echo, namespace: team-a}
      spec: {workloadSelector: {labels: {app: echo}}}
      ---
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: echo, namespace: istio-system}
      spec: {selector: {matchLabels: {app: echo}}}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: team-b}
      spec: {selector: {istio: ingressgateway}}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: own, namespace: team-b}
      spec: {selector: {app: echo}}
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: team-b}
      spec: {}
      ---
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: waypoint, namespace: team-b}
      spec: {targetRefs: [{kind: Gateway, name: w}]}
      ---
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: waypoint, namespace: team-b}
      spec: {targetRef: {kind: Gateway, name: w}}
      ---
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: echo, namespace: team-a}
      spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: echo, tier: web}}}}}}
    ]] },
    fail { line = 4, column = 26,
      message = "no pod of namespace team-b has the labels that this Sidecar selects (app=echo)", [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: echo, namespace: team-b}
      spec: {workloadSelector: {labels: {app: echo}}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: team-a}
      spec: {template: {metadata: {labels: {app: echo}}}}
    ]] },
    fail { line = 4,
      message = "no pod has the labels that this Gateway selects (istio=public)", params = { elsewhere = {} }, [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: team-b}
      spec: {selector: {istio: public}}
    ]] },
    pass { policy = "elsewhere: [{kind: Pod, namespace: team-b, name: '*'}]", params = { root_namespace = "mesh" }, [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: echo, namespace: team-b}
      spec: {workloadSelector: {labels: {app: echo}}}
    ]] },
  },
}
