local istio = require "istio"
local mesh = require "mesh"

return rule {
  title = "Service ports declare their protocol",
  level = "error",
  kinds = { "v1/Service" },
  params = {
    exempt_ports = param("list of integer", {}, "port numbers that need no protocol"),
  },
  why = [[
    The mesh takes a port's protocol from its appProtocol or from its name. A port that declares none is left
    to detection: a protocol whose server speaks first then hangs, and the features for HTTP come and go with
    the first bytes. Ports share their number across the whole mesh, so the port of one namespace can break
    the traffic of another.]],
  fix = [[Name the port `<protocol>` or `<protocol>-<suffix>` (http-api, grpc, tcp-metrics), or set appProtocol.]],
  links = { "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/" },
  aka = { "IST0118" },

  check = function(service, ctx)
    if istio.is_exempt(service, ctx.namespace.name) then return end
    local unread = mesh.before(ctx, "1.6")
    local exempt = {}
    for number in each(ctx.params.exempt_ports) do exempt[number] = true end
    for port in each(service.spec.ports) do
      local given = typeof(port, "appProtocol") == "string"
      local protocol, where = istio.protocol(port, mesh.version(ctx))
      local declared = protocol and where ~= "default"
      -- what an appProtocol says is for istio/app-protocol
      if type(port) == "table" and not declared and not exempt[num(port.port, 0)] and (unread or not given) then
        if given then
          ctx:fail(at(port, "appProtocol"), "appProtocol is not read before Istio 1.6: port %d has no name that "
            .. "says which protocol it speaks", port.port)
        elseif typeof(port, "name") == "string" then
          ctx:fail(at(port, "name"), "port %d is named %q, which does not begin with a protocol",
            port.port, port.name)
        else
          ctx:fail(at(port, "name"), "port %d has no name that says which protocol it speaks", port.port)
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
          - {name: http, port: 80}
          - {name: grpc-api, port: 8080}
          - {name: web, appProtocol: http, port: 8081}
          - {name: web2, appProtocol: kubernetes.io/h2c, port: 8082}
          - {name: anything, protocol: UDP, port: 8083}
          - {name: GRPC-WEBfoo, port: 8084}
    ]] },
    -- a server that speaks first: istiod knows the number
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: mysql}
      spec: {ports: [{port: 3306}]}
    ]] },
    fail { line = 6, column = 7, message = "port 80 has no name", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        ports:
          - port: 80
    ]] },
    fail { line = 6, column = 13, message = "is named \"web\"", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        ports:
          - name: web
            port: 80
    ]] },
    -- an appProtocol overrides the name; istio/app-protocol tells what is wrong with it
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        ports: [{name: web, appProtocol: acme.com/x, port: 80}]
    ]] },
    -- but nothing read it in 2019, and what declared nothing was TCP
    fail { policy = [[
      vars: {istio_version: "1.4"}
    ]], line = 5, message = "is not read before Istio 1.6", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        ports: [{name: web, appProtocol: http, port: 80}]
    ]] },
    fail { policy = [[
      vars: {istio_version: "1.2"}
    ]], line = 4, [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec: {ports: [{name: web, port: 80}, {name: http, port: 81}]}
    ]] },
    -- not protocols, though they look like it
    fail { line = 5, count = 4, [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        ports: [{name: h2c, port: 80}, {name: postgres, port: 81}, {name: -http, port: 82}, {name: ws, port: 83}]
    ]] },
    pass { params = { exempt_ports = { 9090 } }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec: {ports: [{name: metrics, port: 9090}]}
    ]] },
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: istiod, labels: {istio: pilot}}
      spec: {ports: [{name: dns, port: 15010}]}
    ]] },
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: dns, namespace: kube-system}
      spec: {ports: [{name: dns, port: 54}]}
    ]] },
  },
}
