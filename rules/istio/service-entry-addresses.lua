return rule {
  title = "A ServiceEntry for TCP says at which addresses",
  level = "warn",
  kinds = { "networking.istio.io/ServiceEntry" },
  params = {
    dns_capture = param("boolean", false, "the mesh's proxies resolve names themselves and give each entry an address "
      .. "(ISTIO_META_DNS_CAPTURE and ISTIO_META_DNS_AUTO_ALLOCATE)"),
  },
  why = [[
    TCP carries no host name. Without an address the entry takes every connection of the mesh to that port number, and
    two such entries on one number take it from each other.]],
  fix = [[
    Give `addresses`, let the mesh's proxies resolve names, or name a protocol that carries the host (TLS, HTTP).]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0134/" },
  aka = { "IST0134" },

  when = function(entry, ctx)
    return not ctx.params.dns_capture and count(entry.spec.addresses) == 0 and count(entry.status.addresses) == 0
  end,

  check = function(entry, ctx)
    for port in each(entry.spec.ports) do
      local protocol = str(port.protocol, "")
      if type(port) == "table" and (protocol == "" or string.lower(protocol) == "tcp") then
        ctx:fail(at(port, "protocol"),
          "port %d is TCP, and the entry has no addresses: it takes all traffic to that port",
          port.number)
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: db}
      spec: {hosts: [db.example.com], addresses: [10.0.0.1], ports: [{number: 5432, name: tcp, protocol: TCP}]}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: api}
      spec: {hosts: [api.example.com], ports: [{number: 443, name: https, protocol: TLS}]}
    ]] },
    fail { line = 4, count = 2, message = "port 5432 is TCP", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: db}
      spec: {hosts: [db.example.com], ports: [{number: 5432, name: tcp, protocol: tcp}, {number: 5433, name: b}]}
    ]] },
    -- as read back from a cluster
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: db}
      spec: {hosts: [db.example.com], ports: [{number: 5432, name: tcp, protocol: TCP}]}
      status: {addresses: [{value: 240.240.0.1, host: db.example.com}]}
    ]] },
    pass { params = { dns_capture = true }, [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: db}
      spec: {hosts: [db.example.com], ports: [{number: 5432, name: tcp, protocol: TCP}]}
    ]] },
  },
}
