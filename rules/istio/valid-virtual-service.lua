local istio = require "istio"
local route = require "mesh/route"
local valid = require "mesh/valid"

local function names_mesh(service)
  for gateway in each(service.spec.gateways) do
    if gateway == "mesh" then return true end
  end
  return count(service.spec.gateways) == 0
end

local function is_routed_by_name(service)
  for item in each(service.spec.tls) do
    for match in each(item.match) do
      if count(match.sniHosts) > 0 then return true end
    end
  end
  return false
end

local function check_hosts(service, ctx)
  local hosts, seen = service.spec.hosts, {}
  -- routes by SNI at a gateway may name a cluster's own outbound_.80_._.host
  local by_name = not names_mesh(service) and is_routed_by_name(service)
  for host, i in each(hosts) do
    if by_name and string.starts_with(str(host, ""), "outbound_") then
      seen[#seen + 1] = { host, i }
    elseif valid.is_address(host) then
      seen[#seen + 1] = { host, i }
    elseif valid.host(host) then
      ctx:fail(at(hosts, i), "host %q %s", host, valid.host(host))
    elseif host == "*" and names_mesh(service) then
      ctx:fail(at(hosts, i), "host * cannot be one of the mesh, only of a gateway")
    else
      for _, other in ipairs(seen) do
        if istio.hosts_overlap(other[1], host) then
          ctx:fail(at(hosts, i), { also = { { at(hosts, other[2]), "the other host" } } }, "host %s overlaps with %s",
            host, other[1])
        end
      end
      seen[#seen + 1] = { host, i }
    end
  end
end

local function check_delegate(spec, ctx)
  for _, key in ipairs { "gateways", "tls", "tcp" } do
    if count(spec[key]) > 0 then
      ctx:fail(at(spec, key), "a VirtualService without hosts is one to delegate to, and has no %s", key)
    end
  end
end

local function check_gateways(list, ctx)
  for gateway, i in each(list) do
    local parts = string.split(str(gateway, ""), "/")
    if parts[2] and (parts[3] or not valid.is_label(parts[1]) or not valid.is_label(parts[2])) then
      ctx:fail(at(list, i), "gateway %q is not of the form NAMESPACE/NAME", gateway)
    elseif not parts[2] and valid.domain(gateway) then
      ctx:fail(at(list, i), "gateway %q %s", gateway, valid.domain(gateway))
    end
  end
end

local function check_streams(service, protocol, ctx)
  for item in each(service.spec[protocol]) do
    if count(item.route) == 0 then ctx:fail(at(item, "route"), "a %s route needs a destination", protocol) end
    if protocol == "tls" and count(item.match) == 0 then ctx:fail(at(item, "match"), "a tls route needs a match") end
    for match in each(item.match) do
      valid.tell_number(ctx, match, "port", 1, 65535)
      check_gateways(match.gateways, ctx)
      if protocol == "tls" and count(match.sniHosts) == 0 then
        ctx:fail(at(match, "sniHosts"), "a match of a tls route needs sniHosts")
      end
      for host, i in each(match.sniHosts) do
        local covered = valid.is_address(host)
        for own in each(service.spec.hosts) do covered = covered or route.host_covers(own, host) end
        if not covered then
          ctx:fail(at(match.sniHosts, i), "sniHosts %q is none of this VirtualService's hosts", host)
        end
      end
      for range, i in each(match.destinationSubnets) do
        if not valid.is_range(range) then
          ctx:fail(at(match.destinationSubnets, i), "%q is no address range", range)
        end
      end
    end
  end
end

return rule {
  title = "A VirtualService is one that istiod takes",
  level = "error",
  kinds = { "networking.istio.io/VirtualService" },
  why = [[istiod refuses what it finds wrong here, or, where its webhook is not asked, drops it in silence.]],
  fix = [[Correct what the message names.]],
  links = {
    "https://istio.io/latest/docs/reference/config/networking/virtual-service/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0106/",
  },
  aka = { "IST0106" },

  check = function(service, ctx)
    local spec = service.spec
    if count(spec.hosts) == 0 then check_delegate(spec, ctx) end
    if count(spec.http) + count(spec.tcp) + count(spec.tls) == 0 then
      ctx:fail(at(service, "spec"), "a VirtualService needs http, tcp or tls")
    end
    check_hosts(service, ctx)
    check_gateways(spec.gateways, ctx)
    check_streams(service, "tcp", ctx)
    check_streams(service, "tls", ctx)
    valid.export_to(ctx, service, false)
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo, 10.0.0.1, "*.echo.example.com"]
        gateways: [mesh, istio-ingress/public]
        exportTo: [., other]
        http: [{route: [{destination: {host: echo}}]}]
        tls: [{match: [{sniHosts: [a.echo.example.com]}], route: [{destination: {host: echo}}]}]
    ]] },
    fail { line = 5, count = 3, message = "host * cannot be one of the mesh", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: ["*", a_b.com]
        exportTo: ["*", other]
        http: [{route: [{destination: {host: echo}}]}]
    ]] },
    fail { line = 5, message = "host a.example.com overlaps with *.example.com", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: ["*.example.com", a.example.com]
        tcp: [{route: [{destination: {host: echo}}]}]
    ]] },
    -- to delegate to
    fail { line = 5, message = "is one to delegate to, and has no gateways", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        gateways: [public]
        http: [{route: [{destination: {host: echo}}]}]
    ]] },
    fail { line = 6, count = 3, message = "a tls route needs a destination", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: echo}
      spec:
        hosts: [a.example.com]
        tls: [{match: [{sniHosts: [b.example.com], port: 70000}]}]
    ]] },
    fail { line = 4, message = "\"10.0.0.0/40\" is no address range", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec: {hosts: [echo], tcp: [{match: [{destinationSubnets: [10.0.0.0/40]}], route: [{destination: {host: a}}]}]}
    ]] },
  },
}
