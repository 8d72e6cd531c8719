local istio = require "istio"
local registry = require "mesh/registry"
local route = require "mesh/route"
local small = require "mesh/small"

-- The DestinationRules for the host of a key, those for a wildcard of it too, that one of the readers gets.
local function rules_for(key, facts, ctx, readers)
  local list = {}
  local function look(some)
    for fact in each(some) do
      local value = fact.value
      if value.subsets and registry.sees(readers, value.to)
        and (value.host == nil or istio.hosts_overlap(value.host, key[2])) then
        table.insert(list, fact)
      end
    end
  end
  look(facts)
  look(ctx:facts("wildcards"))
  return list
end

return rule {
  title = "A VirtualService routes to subsets that a DestinationRule declares",
  level = "error",
  witness = { "networking.istio.io/DestinationRule" },
  why = [[
    A subset is only a name until a DestinationRule for the same host says which pods it is: requests for one that
    nobody declares are answered with 503.]],
  fix = [[
    Add the subset to the DestinationRule of the host, export it to the namespace of the VirtualService, or correct the
    name. A DestinationRule from elsewhere: `elsewhere: [{kind: DestinationRule, name: HOST}]`, with the host as
    written.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0101/" },
  aka = { "IST0101" },

  collect = {
    ["networking.istio.io/DestinationRule"] = function(doc, ctx)
      local host, key = doc.spec.host, registry.local_key(doc.spec.host, ctx)
      local subsets = small.list(doc.spec.subsets, "name")
      if not key or not subsets then return end
      local wild = string.starts_with(host, "*")
      ctx:emit(wild and "wildcards" or key, { subsets = subsets, host = wild and host or nil, at = at(doc.spec, "host"),
        to = istio.export_to(doc, ctx.namespace.name) })
    end,
    ["networking.istio.io/VirtualService"] = function(service, ctx)
      local readers = registry.readers(service, ctx)
      route.each_destination(service, function(destination)
        local key, subset = registry.local_key(destination.host, ctx), str(destination.subset, "")
        if key and small.is_name(subset) then
          ctx:emit(key, { subset = subset, host = destination.host, at = at(destination, "subset"), readers = readers })
        end
      end)
    end,
  },

  join = function(key, facts, ctx)
    for fact in each(facts) do
      local subset = fact.value.subset
      if subset then
        local names, also, found = {}, {}, false
        for _, declared in ipairs(rules_for(key, facts, ctx, fact.value.readers)) do
          found = found or small.has(declared.value.subsets, subset)
          for name in each(declared.value.subsets) do table.insert(names, name) end
          table.insert(also, { declared.value.at, "a DestinationRule for this host" })
        end
        if not found and not ctx:elsewhere("networking.istio.io/DestinationRule", "", fact.value.host) then
          local near = string.near(subset, names)
          ctx:fail(fact.value.at, { also = also }, #also > 0 and "no DestinationRule for %s declares the subset %s%s"
            or "there is no DestinationRule for %s to declare the subset %s%s", fact.value.host, subset,
            near and "; did you mean " .. near .. "?" or "")
        end
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec:
        hosts: [echo]
        gateways: [mesh]
        http:
          - route: [{destination: {host: echo, subset: v1}}, {destination: {host: a.example.com, subset: blue}}]
            mirror: {host: echo, subset: v2}
            mirrors: [{destination: {host: other}}]
        tcp: [{route: [{destination: {host: echo, subset: v1}}]}]
        tls: [{route: [{destination: {host: echo, subset: v1}}]}]
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: team-a}
      spec: {host: echo.team-a.svc.cluster.local, exportTo: [.], subsets: [{name: v1}, {name: v2}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: example, namespace: team-b}
      spec: {host: "*.example.com", subsets: [{name: blue}]}
    ]] },
    fail { line = 4, column = 74, message = "no DestinationRule for echo declares the subset v3; did you mean v2?", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [echo], http: [{route: [{destination: {host: echo, subset: v3}}]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: team-a}
      spec: {host: echo, subsets: [{name: v2}]}
    ]] },
    -- one of another namespace, and one that is not exported
    fail { line = 4, message = "there is no DestinationRule for echo to declare the subset v1", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [echo], http: [{route: [{destination: {host: echo, subset: v1}}]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: team-b}
      spec: {host: echo, subsets: [{name: v1}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: a, namespace: team-b}
      spec: {host: echo.team-a.svc.cluster.local, exportTo: [.], subsets: [{name: v1}]}
    ]] },
    pass { policy = "elsewhere: [{kind: DestinationRule, name: echo}]", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [echo], http: [{route: [{destination: {host: echo, subset: v1}}]}]}
    ]] },
    -- nobody knows the namespace: what lies in one directory belongs together
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec: {hosts: [echo], http: [{route: [{destination: {host: echo, subset: v1}}]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo}
      spec: {host: echo, subsets: [{name: v1}]}
    ]] },
  },
}
