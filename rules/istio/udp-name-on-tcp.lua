local istio = require "istio"
local mesh = require "mesh"

return rule {
  title = "A port that is called udp is one",
  level = "error",
  kinds = { "v1/Service" },
  why = [[
    The protocol of a port is TCP unless it says otherwise, but a name or an appProtocol that begins with udp makes the
    mesh take the port for UDP: sidecars get no listener for it at all, and nothing reports that.]],
  fix = [[Set `protocol: UDP`, or name the port by what it speaks.]],

  when = function(service, ctx)
    return not istio.is_exempt(service, ctx.namespace.name) and not mesh.before(ctx, "1.3")
  end,

  check = function(service, ctx)
    for port in each(service.spec.ports) do
      local protocol, where = istio.protocol(port, mesh.version(ctx))
      if protocol == "UDP" and where ~= "protocol" then
        ctx:fail(at(port, where), "%s %q makes the mesh take port %d for UDP, but its protocol is %s", where,
          port[where], port.port, str(port.protocol, "TCP"))
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
          - {name: udp-dns, protocol: UDP, port: 53}
          - {name: udp-gossip, appProtocol: tcp, port: 7946}
          - {name: udpate, port: 80}
    ]] },
    fail { line = 5, column = 18, message = "name \"udp-dns\" makes the mesh take port 53 for UDP", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        ports: [{name: udp-dns, port: 53}]
    ]] },
    fail { line = 5, count = 2, [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        ports: [{name: tcp, appProtocol: udp, port: 53}, {name: udp, protocol: SCTP, port: 54}]
    ]] },
    -- then a TCP port was TCP, whatever its name
    pass { policy = [[
      vars: {istio_version: "1.2"}
    ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec: {ports: [{name: udp-dns, port: 53}]}
    ]] },
  },
}
