local istio = require "istio"
local mesh = require "mesh"

return rule {
  title = "A port that stands for TLS does not declare HTTP",
  level = "info",
  kinds = { "v1/Service", "networking.istio.io/ServiceEntry" },
  params = {
    ports = param("list of integer", { 443 }, "port numbers on which clients speak TLS, also to servers outside"),
  },
  why = [[
    HTTP ports of one number share one listener of every sidecar in the mesh. Before Istio 1.6 one HTTP port 443
    anywhere took all TLS traffic to the outside (1.4 and 1.5 ignored such a port instead, so it had no features of
    HTTP). Since then traffic passes, but a port that says http while its clients speak TLS gets nothing from it.]],
  fix = [[Name the port https or tls where clients speak TLS; give plain HTTP another number.]],

  check = function(doc, ctx)
    local numbers = {}
    for number in each(ctx.params.ports) do numbers[number] = true end
    local is_service = ctx.resource.kind == "Service"
    if is_service and istio.is_exempt(doc, ctx.namespace.name) then return end
    for port in each(doc.spec.ports) do
      local number = is_service and port.port or port.number
      local protocol = istio.port_protocol(port)
      if is_service then protocol = istio.protocol(port, mesh.version(ctx)) end
      if numbers[num(number, 0)] and istio.is_http(protocol) then
        ctx:fail(at(port, is_service and "name" or "protocol"), "port %d stands for TLS, but it is declared as %s",
          number, protocol)
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec: {ports: [{name: https, port: 443}, {name: http, port: 80, targetPort: 443}, {name: web, port: 8443}]}
    ]] },
    fail { line = 5, column = 18, message = "port 443 stands for TLS, but it is declared as HTTP", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        ports: [{name: http, port: 443}]
    ]] },
    fail { line = 6, message = "declared as HTTP2", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: outside}
      spec:
        hosts: [api.example.com]
        ports: [{name: a, number: 443, protocol: HTTP2}]
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: outside}
      spec: {hosts: [api.example.com], ports: [{name: http, number: 443, protocol: HTTPS}]}
    ]] },
  },
}
