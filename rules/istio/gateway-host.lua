local istio = require "istio"
local names = require "mesh/names"
local small = require "mesh/small"

-- Whether a host of a Gateway's server (HOST or NAMESPACE/HOST) lets a VirtualService of the namespace have `host`.
local function admits(server, host, gateway, service)
  local parts = string.split(server, "/")
  local reach, name = parts[2] and parts[1] or "*", parts[2] or server
  if reach == "." then reach = gateway.namespace end
  if reach ~= "*" and reach ~= nil and service.namespace ~= nil and reach ~= service.namespace then return false end
  return istio.hosts_overlap(name, host)
end

-- The hosts of the VirtualService that no server of the gateways takes.
local function refused(service, gateways)
  local list = {}
  for host in each(service.value.hosts) do
    local taken = false
    for _, gateway in ipairs(gateways) do
      for server in each(gateway.value.servers) do taken = taken or admits(server, host, gateway, service) end
    end
    if not taken then table.insert(list, host) end
  end
  return list
end

local function declare(gateway, ctx, servers)
  if servers then
    names.define(ctx, ctx.resource.name, { defines = true, at = at(gateway, "metadata", "name"), servers = servers })
  end
end

return rule {
  title = "The hosts of a VirtualService are hosts of its gateways",
  level = "warn",
  witness = { "networking.istio.io/Gateway", "gateway.networking.k8s.io/Gateway" },
  why = [[
    A Gateway serves the hosts that its servers list, and those only, maybe for some namespaces alone. What a
    VirtualService says of another host has no effect at that Gateway: the host answers 404.]],
  fix = [[Add the host to the Gateway's servers, or correct it in the VirtualService.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0132/" },
  aka = { "IST0132" },

  collect = {
    ["networking.istio.io/Gateway"] = function(gateway, ctx)
      local list = {}
      for server in each(gateway.spec.servers) do
        for host in each(server.hosts) do table.insert(list, host) end
      end
      declare(gateway, ctx, small.list(list))
    end,
    ["gateway.networking.k8s.io/Gateway"] = function(gateway, ctx)
      local list = {}
      for listener in each(gateway.spec.listeners) do
        local host = str(listener.hostname, "")
        table.insert(list, host == "" and "*" or host)
      end
      declare(gateway, ctx, small.list(list))
    end,
    ["networking.istio.io/VirtualService"] = function(service, ctx)
      local hosts, gateways = small.list(service.spec.hosts), service.spec.gateways
      if not hosts or #hosts == 0 then return end
      for gateway, i in each(gateways) do
        local full = istio.gateway(gateway, ctx.namespace.name) or gateway
        if small.is_name(full) and full ~= "mesh" then
          local parts = string.split(full, "/")
          ctx:emit(names.key(parts[2] and parts[1], parts[2] or full), { hosts = hosts, gateway = gateway,
            only = count(gateways) == 1, at = at(gateways, i), hosts_at = at(service.spec, "hosts") })
        end
      end
    end,
  },

  join = function(key, facts, ctx)
    local gateways = {}
    names.each(key, facts, ctx, function(fact) table.insert(gateways, fact) end)
    for fact in each(facts) do
      local value = fact.value
      local wrong = value.hosts and #gateways > 0 and refused(fact, gateways) or {}
      local also = #gateways > 0 and { also = { { gateways[1].value.at, "this Gateway" } } } or {}
      if #wrong > 0 and #wrong == #value.hosts then
        ctx:fail(value.at, also, "the Gateway %s serves none of the hosts: %s", value.gateway,
          table.concat(wrong, ", "))
      elseif #wrong > 0 and value.only then
        ctx:fail(value.hosts_at, also, "the Gateway %s, the only one, does not serve %s", value.gateway,
          table.concat(wrong, ", "))
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [a.example.com, inner], gateways: [mesh, ingress/public, ingress/api, missing]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: ingress}
      spec: {servers: [{hosts: [team-b/b.example.com]}, {hosts: ["team-a/*.example.com"]}]}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: api, namespace: ingress}
      spec: {listeners: [{hostname: b.example.com}, {port: 80}]}
    ]] },
    fail { line = 4, column = 43, message = "the Gateway ingress/public serves none of the hosts: a.example.com", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [a.example.com], gateways: [ingress/public, mesh]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: ingress}
      spec: {servers: [{hosts: [team-b/a.example.com, ./a.example.com, "*/b.example.com"]}]}
    ]] },
    -- one of two hosts: istioctl is silent
    fail { line = 4, column = 15, message = "the only one, does not serve b.example.com", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: ingress}
      spec: {hosts: [a.example.com, b.example.com], gateways: [public]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: ingress}
      spec: {servers: [{hosts: [./a.example.com]}]}
    ]] },
  },
}
