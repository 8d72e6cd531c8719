local claim = require "mesh/claim"
local istio = require "istio"
local mesh = require "mesh"
local sight = require "mesh/sight"

-- told apart by the host that the client names
local ENCRYPTED = { TLS = true, HTTPS = true }

local function note(doc, ctx)
  if not ctx.namespace.name then return end
  local hosts, to
  for item in each(claim.list(doc, ctx, ctx.params.dns_capture)) do
    local competes = istio.is_tcp(item.protocol) and not ENCRYPTED[item.protocol]
    -- since 1.4 each pod of a headless Service has a listener of its own
    if item.headless and not mesh.before(ctx, "1.4") then competes = false end
    for key in each(competes and claim.keys(item)) do
      if not hosts then hosts, to = sight.party(doc, ctx) end
      ctx:emit(key, { protocol = item.protocol, words = item.words, place = item.place, hosts = hosts, to = to })
    end
  end
end

-- Whether two facts are of one host, which is one service with all its ports to the mesh.
local function is_same(a, b)
  for host in each(a.value.hosts) do
    for other in each(b.value.hosts) do
      if host == other then return true end
    end
  end
  return false
end

-- how many others a finding names
local MOST = 3

-- The places of the first others that one proxy sees together with `mine`, and their names in words.
local function rivals(mine, index, facts, number, readers)
  local seen_by, also, names = sight.of(readers, mine, number), {}, {}
  for other, at_index in each(facts) do
    if at_index ~= index and not is_same(mine, other) and sight.meets(readers, seen_by, other, number) then
      if #also == MOST then return also, table.concat(names, ", ") .. " and others" end
      table.insert(names, other.value.hosts[1] or other.namespace)
      table.insert(also, { other.value.place, "and here" })
    end
  end
  return also, table.concat(names, ", ")
end

return rule {
  title = "Two TCP services do not take one port of one address",
  level = "error",
  witness = { "workload", "networking.istio.io/Sidecar" },
  least = 2,
  params = {
    dns_capture = param("boolean", false, "the mesh's proxies resolve names themselves and give each entry an address "
      .. "(ISTIO_META_DNS_CAPTURE and ISTIO_META_DNS_AUTO_ALLOCATE)"),
  },
  why = [[
    TCP names no host, so a proxy knows the service by address and port alone. Of two with the same ones it drops the
    newer, and its traffic goes to the servers of the other. A ServiceEntry without addresses takes all of them, and so
    does, before Istio 1.4, a headless Service, and before 1.21 one of type ExternalName.]],
  fix = [[
    Give each entry its own `addresses`, another port or a protocol that carries the host (TLS), let the mesh's proxies
    resolve names, or narrow who sees it with `exportTo`.]],
  links = { "https://github.com/istio/istio/issues/5992", "https://github.com/istio/istio/issues/9273" },

  collect = {
    ["v1/Service"] = note,
    ["networking.istio.io/ServiceEntry"] = note,
    ["networking.istio.io/Sidecar"] = sight.sidecar,
    ["workload"] = sight.workload,
  },

  join = function(key, facts, ctx)
    if type(key) ~= "table" then return end
    local readers, where = sight.readers(ctx), key[2]
    for mine, index in each(facts) do
      local also, names = rivals(mine, index, facts, key[1], readers)
      if #also > 0 then
        ctx:fail(mine.value.place, { also = also }, "%s port %d is taken by %s too: proxies drop one of them",
          where == "*" and "without an address," or where .. ",", key[1], names)
      end
    end
  end,

  examples = {
    fail { count = 2, line = 4, message = "without an address, port 9094 is taken by b.example.com too", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: a}
      spec: {hosts: [a.example.com], ports: [{number: 9094, name: tcp, protocol: TCP}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: b}
      spec: {hosts: [b.example.com], ports: [{number: 9094, name: tcp, protocol: redis}]}
    ]] },
    -- the same address, however it is written; another one, network or port is none of this
    fail { count = 2, line = 4, message = "10.0.0.1, port 5432 is taken by b.example.com too", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: a}
      spec: {hosts: [a.example.com], addresses: [10.0.0.1, 10.0.0.1/32], ports: [{number: 5432, name: tcp, protocol: TCP}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: b}
      spec: {hosts: [b.example.com], addresses: [10.0.0.1/32, 10.1.0.0/16], ports: [{number: 5432, name: a, protocol: TCP}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: c, namespace: c}
      spec: {hosts: [c.example.com], addresses: [10.0.0.2], ports: [{number: 5432, name: a, protocol: TCP}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: d, namespace: d}
      spec: {hosts: [d.example.com], addresses: [10.0.0.1], ports: [{number: 5433, name: a, protocol: TCP}]}
    ]] },
    -- told apart by host or by detection, the same service in two pieces, seen by nobody together, read back with an
    -- address
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: a}
      spec: {hosts: [a.example.com], ports: [{number: 443, name: tls, protocol: TLS}, {number: 80, name: http, protocol: HTTP}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: b}
      spec: {hosts: [b.example.com], exportTo: ["."], ports: [{number: 443, name: tcp, protocol: TCP}, {number: 80, name: b}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: c, namespace: c}
      spec: {hosts: [b.example.com], ports: [{number: 443, name: tcp, protocol: TCP}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: d, namespace: d}
      spec: {hosts: [d.example.com], exportTo: ["."], ports: [{number: 443, name: tcp, protocol: TCP}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: e, namespace: e}
      spec: {hosts: [e.example.com], ports: [{number: 443, name: tcp, protocol: TCP}]}
      status: {addresses: [{value: 240.240.0.1}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: d}
      spec:
        workloadSelector: {labels: {}}
        egress: [{port: {number: 443}, hosts: ["./*", "~/*"]}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: d, namespace: d, labels: {sidecar.istio.io/inject: "true"}}
      spec: {containers: [{name: d}]}
    ]] },
    -- headless Services, before 1.4
    fail { policy = [[
      vars: {istio_version: "1.3"}
    ]], count = 3, line = 4, message = "port 9094 is taken by b.b.svc.cluster.local, c.c.svc.cluster.local too", [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {clusterIP: None, ports: [{name: tcp-mesh, port: 9094}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: b}
      spec: {clusterIP: None, ports: [{name: tcp-mesh, port: 9094}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: c, namespace: c}
      spec: {type: ExternalName, externalName: c.example.com, ports: [{name: tcp, port: 9094}]}
    ]] },
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a, annotations: {networking.istio.io/exportTo: "*"}}
      spec: {clusterIP: None, ports: [{name: tcp-mesh, port: 9094}, {name: udp, port: 9094, protocol: UDP}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: b}
      spec: {clusterIP: None, ports: [{name: a, appProtocol: tcp, port: 9094}]}
    ]] },
    pass { params = { dns_capture = true }, [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: a}
      spec: {hosts: [a.example.com], resolution: DNS, ports: [{number: 9094, name: tcp, protocol: TCP}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: b, labels: {networking.istio.io/enable-autoallocate-ip: "false"}}
      spec: {hosts: [b.example.com], resolution: DNS, ports: [{number: 9094, name: tcp, protocol: TCP}]}
    ]] },
  },
}
