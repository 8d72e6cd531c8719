local istio = require "istio"
local mesh = require "mesh"

-- The namespace of a service's host: NAME.NAMESPACE.svc and NAME.NAMESPACE.svc.DOMAIN; nil of any other host.
local function namespace_of(host)
  local parts = string.split(str(host, ""), ".")
  if parts[3] == "svc" then return parts[2] end
  return nil
end

local function only_own(doc, ctx)
  for _, name in ipairs(istio.export_to(doc, ctx.namespace.name)) do
    if name ~= ctx.namespace.name then return false end
  end
  return true
end

return rule {
  title = "A team sets rules for the hosts of its own namespace",
  level = "warn",
  kinds = { "networking.istio.io/VirtualService", "networking.istio.io/DestinationRule" },
  params = {
    allow = param("list of string", {}, "globs of namespaces whose hosts may be named"),
    platform = param("list of string", { "istio-*" }, "globs of namespaces that may name any host"),
  },
  why = [[
    A VirtualService or DestinationRule for a service of another namespace changes how others reach that service,
    unless it is exported to its own namespace only, where it is for one's own clients.]],
  fix = [[Set `exportTo: ["."]` where it is for your own clients; else ask the team that owns the service.]],

  when = function(doc, ctx)
    return ctx.namespace.name ~= nil and not mesh.is_platform(ctx, ctx.params.platform)
      and not only_own(doc, ctx)
  end,

  check = function(doc, ctx)
    local function judge(list, key)
      local namespace = namespace_of(list[key])
      if not namespace or namespace == ctx.namespace.name then return end
      for pattern in each(ctx.params.allow) do
        if glob(pattern, namespace) then return end
      end
      ctx:fail(at(list, key), "%s belongs to namespace %s, and this rule of namespace %s is for others too", list[key],
        namespace, ctx.namespace.name)
    end
    if type(doc.spec) == "table" and ctx.resource.kind == "DestinationRule" then judge(doc.spec, "host") end
    if ctx.resource.kind == "VirtualService" and mesh.binds_mesh(doc) then
      for _, i in each(doc.spec.hosts) do judge(doc.spec.hosts, i) end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: x-echo-jp-dev}
      spec: {host: echo.x-echo-jp-dev.svc.cluster.local}
    ]] },
    fail { line = 4, message = "belongs to namespace x-search-jp-dev, and this rule of namespace x-echo-jp-dev", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: search, namespace: x-echo-jp-dev}
      spec: {host: search.x-search-jp-dev.svc.cluster.local}
    ]] },
    -- for one's own clients
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: search, namespace: x-echo-jp-dev}
      spec: {host: search.x-search-jp-dev.svc.cluster.local, exportTo: [.]}
    ]] },
    fail { line = 4, column = 22, message = "search.x-search-jp-dev.svc belongs to", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: search, namespace: x-echo-jp-dev}
      spec: {hosts: [echo, search.x-search-jp-dev.svc]}
    ]] },
    -- a route of a gateway is for that gateway
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: search, namespace: x-echo-jp-dev}
      spec: {hosts: [search.x-search-jp-dev.svc.cluster.local], gateways: [public]}
    ]] },
    pass { params = { allow = { "x-search-*" } }, [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: search, namespace: x-echo-jp-dev}
      spec: {host: search.x-search-jp-dev.svc.cluster.local}
    ]] },
  },
}
