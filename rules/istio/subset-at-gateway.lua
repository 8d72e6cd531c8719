local registry = require "mesh/registry"
local small = require "mesh/small"

local function binds_gateway(service)
  for gateway in each(service.spec.gateways) do
    if gateway ~= "mesh" then return true end
  end
  return false
end

return rule {
  title = "A subset is chosen at the gateway too",
  level = "warn",
  least = 2,
  why = [[
    The routes of a host are those of the sidecars or those of a gateway, never both in turn: a VirtualService at the
    gateway that routes to a host without a subset sends to all its pods, also where another VirtualService splits that
    host into subsets for the mesh. A canary leaks at the ingress.]],
  fix = [[
    Name the subsets and weights in the VirtualService at the gateway too, or add `gateways: [mesh, ...]` and the public
    host to the one that has them.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0140/" },
  aka = { "IST0140" },

  collect = {
    ["networking.istio.io/VirtualService"] = function(service, ctx)
      local hosts, bound = {}, binds_gateway(service)
      for host in each(service.spec.hosts) do
        local key = registry.local_key(host, ctx)
        if key then hosts[key[2]] = true end
      end
      for http in each(service.spec.http) do
        for target in each(http.route) do
          local key = registry.local_key(target.destination.host, ctx)
          local has_subset = str(target.destination.subset, "") ~= ""
          if key and has_subset and hosts[key[2]] then
            ctx:emit(key, { subset = true, at = at(target.destination, "subset") })
          elseif key and bound and not has_subset and small.is_name(target.destination.host) then
            ctx:emit(key, { at = at(target.destination, "host") })
          end
        end
      end
    end,
  },

  join = function(key, facts, ctx)
    local split
    for fact in each(facts) do
      if fact.value.subset then split = split or fact end
    end
    for fact in each(split and facts) do
      if not fact.value.subset then
        ctx:fail(fact.value.at, { also = { { split.value.at, "the subsets of the mesh" } } },
          "all pods of %s get this at the gateway, whatever VirtualService %s says of its subsets", key[2],
          str(split.resource.name, "?"))
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [echo], http: [{route: [{destination: {host: echo, subset: v1}}]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: public, namespace: team-a}
      spec: {hosts: [e.example.com], gateways: [public], http: [{route: [{destination: {host: echo, subset: v1}}]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: mesh, namespace: team-a}
      spec: {hosts: [e.example.com], gateways: [mesh], http: [{route: [{destination: {host: echo}}]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: other, namespace: team-b}
      spec: {hosts: [e.example.com], gateways: [public], http: [{route: [{destination: {host: echo}}]}]}
    ]] },
    fail { line = 9, column = 89, message = "all pods of echo.team-a.svc.cluster.local get this at the gateway", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [echo], http: [{route: [{destination: {host: echo, subset: v1}}]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: public, namespace: team-a}
      spec: {hosts: [e.example.com], gateways: [public], http: [{route: [{destination: {host: echo}}]}]}
    ]] },
  },
}
