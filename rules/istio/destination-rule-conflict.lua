local istio = require "istio"
local registry = require "mesh/registry"
local small = require "mesh/small"

-- What two DestinationRules of one namespace for one host both say, in words; nil where Istio can merge them.
local function clash(a, b)
  for name in each(a.value.subsets) do
    if small.has(b.value.subsets, name) then return "the subset " .. tostring(name) end
  end
  return a.value.has_policy and b.value.has_policy and "a trafficPolicy" or nil
end

return rule {
  title = "One DestinationRule says how a host is talked to",
  level = "warn",
  least = 2,
  why = [[
    Istio merges the DestinationRules of a namespace for one host: of a subset or a trafficPolicy that two of them have,
    the older one counts. Those of several namespaces are not merged: a client follows the one of its own namespace, and
    all that the owner of the host says, mTLS included, is lost for it.]],
  fix = [[
    Merge them into one in the namespace of the host. Where a team needs settings of its own for another team's host, it
    writes them for itself alone (`exportTo: ["."]`), repeats there what the owner says, and waives this finding.]],
  links = { "https://istio.io/latest/docs/ops/best-practices/traffic-management/" },

  collect = {
    ["networking.istio.io/DestinationRule"] = function(doc, ctx)
      local key, subsets = registry.local_key(doc.spec.host, ctx), small.list(doc.spec.subsets, "name")
      -- one with a workloadSelector is for some clients of its namespace
      if not key or not subsets or doc.spec.workloadSelector ~= nil then return end
      ctx:emit(key, { subsets = subsets, has_policy = count(doc.spec.trafficPolicy) > 0, at = at(doc.spec, "host"),
        to = istio.export_to(doc, ctx.namespace.name) })
    end,
  },

  join = function(key, facts, ctx)
    local name, owner = nil, nil
    if type(key[2]) == "string" then name, owner = registry.service_parts(key[2]) end
    local function tell(fact, other, what)
      ctx:fail(fact.value.at, { also = { { other.value.at, "the other" } } }, "DestinationRule %s%s for %s %s",
        str(other.resource.name, "?"), other.namespace and " of namespace " .. other.namespace or "", key[2], what)
    end
    for fact, i in each(facts) do
      for other, j in each(facts) do
        local same = fact.namespace == other.namespace
        if i ~= j and not (same and fact.resource.name == other.resource.name)
          and registry.meet(fact.value.to, other.value.to) then
          local what = same and clash(fact, other)
          if what then
            tell(fact, other, "has " .. what .. " too: the older one counts")
          elseif not same and (not name or fact.namespace ~= owner) then
            tell(fact, other, "is not merged with this one: clients follow one of the two")
          end
        end
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: team-a}
      spec: {host: echo, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}, subsets: [{name: v1}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo-v2, namespace: team-a}
      spec: {host: echo.team-a.svc.cluster.local, subsets: [{name: v2}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: team-b}
      spec: {host: echo, exportTo: [.], subsets: [{name: v1}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: some, namespace: team-a}
      spec: {host: echo, workloadSelector: {matchLabels: {app: a}}, subsets: [{name: v1}]}
    ]] },
    fail { line = 4, column = 14, count = 2, message = "has the subset v1 too: the older one counts", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: team-a}
      spec: {host: echo, subsets: [{name: v1}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo-v1, namespace: team-a}
      spec: {host: echo.team-a.svc.cluster.local, subsets: [{name: v1}]}
    ]] },
    fail { line = 9, count = 1, message = "of namespace team-a for echo.team-a.svc.cluster.local is not merged with", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: team-a}
      spec: {host: echo, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: team-b}
      spec: {host: echo.team-a.svc.cluster.local, exportTo: [.], trafficPolicy: {connectionPool: {}}}
    ]] },
    fail { count = 2, message = "for api.example.com has a trafficPolicy too", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: a, namespace: team-a}
      spec: {host: api.example.com, trafficPolicy: {tls: {mode: SIMPLE}}}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: b, namespace: team-a}
      spec: {host: api.example.com, trafficPolicy: {connectionPool: {}}}
    ]] },
  },
}
