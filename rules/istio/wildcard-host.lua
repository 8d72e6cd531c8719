local mesh = require "mesh"

-- Calls visit(table, key, host) for each host that the resource claims; the namespace before a / is not part of it.
local function each_host(doc, visit)
  for host, i in each(doc.spec.hosts) do visit(doc.spec.hosts, i, host) end
  if type(doc.spec.host) == "string" then visit(doc.spec, "host", doc.spec.host) end
  for server in each(doc.spec.servers) do
    for host, i in each(server.hosts) do
      local parts = string.split(str(host, ""), "/")
      visit(server.hosts, i, parts[2] or parts[1])
    end
  end
end

return rule {
  title = "A team claims the hosts that it has, not all that there are",
  level = "info",
  kinds = {
    "networking.istio.io/VirtualService", "networking.istio.io/DestinationRule", "networking.istio.io/ServiceEntry",
    "networking.istio.io/Gateway",
  },
  params = {
    allow = param("list of string", {}, "globs of wildcard hosts that may be claimed, as *.echo.example.com"),
    partial = param("boolean", false, "also tell wildcards of a domain (*.example.com), not only * alone and those of "
      .. "a cluster's services"),
    platform = param("list of string", { "istio-*" }, "globs of namespaces that may claim any host"),
  },
  why = [[
    A wildcard matches the hosts of other teams, those that exist and those that will: a route for * at a shared
    gateway takes what nobody else has claimed, and a DestinationRule for *.local changes the connections to every
    service.]],
  fix = [[List the hosts by name.]],

  when = function(_, ctx) return not mesh.is_platform(ctx, ctx.params.platform) end,

  check = function(doc, ctx)
    each_host(doc, function(list, key, host)
      if type(host) ~= "string" or not string.starts_with(host, "*") then return end
      local cluster = string.ends_with(host, ".local")
      if host ~= "*" and not cluster and not ctx.params.partial then return end
      -- all services of one's own namespace
      if ctx.namespace.name and glob("*." .. ctx.namespace.name .. ".svc.*", host) then return end
      for pattern in each(ctx.params.allow) do
        if glob(pattern, host) then return end
      end
      ctx:fail(at(list, key), host == "*" and "host * claims every host that there is"
        or "host %s claims the hosts of others too", host)
    end)
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: x-echo-jp-dev}
      spec: {hosts: [echo.example.com, "*.echo.example.com"]}
    ]] },
    fail { line = 6, column = 36, message = "host * claims every host", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: x-echo-jp-dev}
      spec:
        servers:
          - {port: {number: 80}, hosts: ["x-echo-jp-dev/*"]}
    ]] },
    fail { line = 4, message = "host *.local claims the hosts of others too", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: all, namespace: x-echo-jp-dev}
      spec: {host: "*.local"}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: all, namespace: x-echo-jp-dev}
      spec: {host: "*.x-echo-jp-dev.svc.cluster.local"}
    ]] },
    fail { params = { partial = true, allow = { "*.echo.example.com" } }, line = 4, count = 1,
      message = "host *.example.com claims", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: outside, namespace: x-echo-jp-dev}
      spec: {hosts: ["*.example.com", "*.echo.example.com"]}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: istio-ingress}
      spec: {servers: [{hosts: ["*"]}]}
    ]] },
  },
}
