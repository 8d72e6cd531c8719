local istio = require "istio"
local mesh = require "mesh"

-- protocols that are one on the wire, so that a port may be called by either
local WIRE = {
  HTTP = "HTTP/1.1", HTTP_PROXY = "HTTP/1.1", HTTP2 = "HTTP/2", GRPC = "HTTP/2", HTTPS = "TLS", TLS = "TLS",
}

local function agree(a, b)
  if a == b or WIRE[a] and WIRE[a] == WIRE[b] then return true end
  -- tcp-redis with appProtocol redis only says more
  return (a == "TCP" or b == "TCP") and not istio.is_http(a) and not istio.is_http(b) and a ~= "UDP" and b ~= "UDP"
end

return rule {
  title = "appProtocol is one that the mesh knows, and the port's name says the same",
  level = "warn",
  kinds = { "v1/Service" },
  params = {
    other_values = param("list of string", {}, "globs of values that something else reads (a load balancer)"),
  },
  why = [[
    An appProtocol overrides the port's name, also where the mesh does not know it: a port http with the appProtocol
    `acme.com/x` is left to detection, and one with appProtocol grpc is gRPC. Who reads only the name is misled.]],
  fix = [[
    Use http, http2, https, grpc, grpc-web, tcp, tls, mongo, mysql, redis, kubernetes.io/h2c, kubernetes.io/ws or
    kubernetes.io/wss, and name the port by the same protocol.]],
  links = { "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/" },
  aka = { "IST0118" },

  when = function(service, ctx)
    return not istio.is_exempt(service, ctx.namespace.name) and not mesh.before(ctx, "1.6")
  end,

  check = function(service, ctx)
    for port in each(service.spec.ports) do
      local value = port.appProtocol
      local expected = false
      for pattern in each(ctx.params.other_values) do
        if type(value) == "string" and glob(pattern, value) then expected = true end
      end
      -- on a UDP port neither is looked at
      if type(value) == "string" and port.protocol ~= "UDP" and not expected then
        local given = istio.declared(port)
        local named = istio.declared({ name = port.name })
        if not given then
          ctx:fail(at(port, "appProtocol"),
            "appProtocol %q is none that the mesh knows%s: port %d is left to detection",
            value, named and ", and it overrides the name " .. str(port.name, "") or "", port.port)
        elseif named and not agree(given, named) then
          ctx:fail(at(port, "appProtocol"), { also = { { at(port, "name"), "the name says " .. named } } },
            "appProtocol %q makes port %d %s, but its name %q says %s", value, port.port, given, port.name, named)
        end
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        ports:
          - {name: http, appProtocol: HTTP, port: 80}
          - {name: grpc, appProtocol: kubernetes.io/h2c, port: 81}
          - {name: tcp-cache, appProtocol: redis, port: 82}
          - {name: web, appProtocol: http, port: 83}
          - {name: https, appProtocol: tls, port: 84}
          - {name: dns, appProtocol: whatever, protocol: UDP, port: 53}
          - {name: http2, port: 85}
    ]] },
    fail { line = 5, column = 37, message = "it overrides the name http: port 80 is left to detection", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        ports: [{name: http, appProtocol: acme.com/x, port: 80}]
    ]] },
    -- present but empty overrides too
    fail { line = 5, message = "appProtocol \"\" is none", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        ports: [{name: http, appProtocol: "", port: 80}]
    ]] },
    fail { line = 5, message = "its name \"http\" says HTTP", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        ports: [{name: http, appProtocol: grpc, port: 80}]
    ]] },
    pass { params = { other_values = { "acme.com/*" } }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec: {ports: [{name: http, appProtocol: acme.com/x, port: 80}]}
    ]] },
    -- before 1.6 nothing reads it
    pass { policy = [[
      vars: {istio_version: "1.5"}
    ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec: {ports: [{name: http, appProtocol: acme.com/x, port: 80}]}
    ]] },
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: dns, namespace: kube-system}
      spec: {ports: [{name: dns, appProtocol: acme.com/x, port: 53}]}
    ]] },
  },
}
