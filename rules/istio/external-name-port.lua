local istio = require "istio"
local mesh = require "mesh"

return rule {
  title = "The ports of an ExternalName Service are HTTP, or declare what they are",
  level = "info",
  kinds = { "v1/Service" },
  why = [[
    Before Istio 1.21 the mesh made a listener for each port of an ExternalName Service. It has no address, so one that
    is not HTTP took all traffic to that port number, of every pod in the mesh. Since 1.21 such a Service is an alias
    and its ports do nothing: they only mislead.]],
  fix = [[Before 1.21 name the port http (or use a ServiceEntry); since then leave the ports out.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0150/" },
  aka = { "IST0150" },

  when = function(service, ctx)
    return service.spec.type == "ExternalName" and not istio.is_exempt(service, ctx.namespace.name)
  end,

  check = function(service, ctx)
    local takes_all = mesh.before(ctx, "1.21")
    for port in each(service.spec.ports) do
      local protocol = istio.protocol(port, mesh.version(ctx))
      if type(port) ~= "table" then protocol = "HTTP" end
      if takes_all and not istio.is_http(protocol) then
        ctx:fail(at(port, "name"), "an ExternalName Service has no address, so port %d takes the traffic of the whole "
          .. "mesh to that number unless it is HTTP; it is %s", port.port, protocol or "left to detection")
      elseif not takes_all and (not protocol or port.name == "tcp") then
        ctx:fail(at(port, "name"), "port %d of an ExternalName Service %s", port.port,
          protocol and "is only called tcp" or "declares no protocol")
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: outside}
      spec: {type: ExternalName, externalName: example.com, ports: [{name: http, port: 80}, {name: tcp-x, port: 81}]}
    ]] },
    fail { line = 5, count = 2, message = "port 80 of an ExternalName Service declares no protocol", [[
      apiVersion: v1
      kind: Service
      metadata: {name: outside}
      spec: {type: ExternalName, externalName: example.com,
        ports: [{name: web, port: 80}, {name: tcp, port: 81}]}
    ]] },
    fail { policy = [[
      vars: {istio_version: "1.20"}
    ]], line = 5, count = 2, message = "port 5432 takes the traffic of the whole mesh", [[
      apiVersion: v1
      kind: Service
      metadata: {name: outside}
      spec: {type: ExternalName, externalName: example.com,
        ports: [{name: tcp-db, port: 5432}, {name: https, port: 443}, {name: http, port: 80}]}
    ]] },
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: inside}
      spec: {ports: [{name: web, port: 80}]}
    ]] },
  },
}
