local sight = require "mesh/sight"

-- ports of an entry that are compared, so that a fact stays small
local PORTS = 30

-- The protocols of an entry by port, as they are written.
local function protocols_of(entry)
  local result, kept = {}, 0
  for port in each(entry.spec.ports) do
    local number = num(port.number)
    if number and kept < PORTS then
      result[tostring(number)] = string.upper(string.sub(str(port.protocol, ""), 1, 20))
      kept = kept + 1
    end
  end
  return result
end

local function note_entry(entry, ctx)
  if not ctx.namespace.name then return end
  local _, to = sight.party(entry, ctx)
  local protocols = protocols_of(entry)
  local resolution = string.sub(str(entry.spec.resolution, "NONE"), 1, 40)
  for host, index in each(entry.spec.hosts) do
    if type(host) == "string" and #host < 300 and string.find(host, ".") and not string.starts_with(host, "*") then
      ctx:emit(host, {
        hosts = { host }, to = to, place = at(entry, "spec", "hosts", index), protocols = protocols,
        resolution = resolution,
      })
    end
  end
end

local function note_service(service, ctx)
  local hosts, to = sight.party(service, ctx)
  if hosts[1] then ctx:emit(hosts[1], { hosts = hosts, to = to, place = at(service, "metadata", "name"), service = true }) end
end

-- What two entries of one host say differently, in words; nil where they agree.
local function difference(a, b)
  for number, protocol in pairs(a.protocols) do
    local other = b.protocols[number]
    if other and other ~= protocol then
      return string.format("port %s is %s here, and %s there", number, protocol == "" and "without a protocol" or protocol,
        other == "" and "without one" or other)
    end
  end
  if a.resolution ~= b.resolution then
    return string.format("the resolution is %s here, and %s there", a.resolution, b.resolution)
  end
  return nil
end

-- Tells of an entry that another one, or a Service, which some proxy sees too, is of the same host.
local function judge(mine, facts, readers, ctx)
  local seen_by = sight.of(readers, mine)
  for other in each(facts) do
    -- an entry that lies in several files is one
    local is_other = other.resource.name ~= mine.resource.name or other.namespace ~= mine.namespace
    if other.value.service or is_other then
      local also = { { other.value.place, "declared here" } }
      local differs = not other.value.service and difference(mine.value, other.value)
      if (other.value.service or differs) and sight.meets(readers, seen_by, other) then
        if differs then
          ctx:fail(mine.value.place, { also = also }, "%s is declared by two ServiceEntries that differ: %s",
            mine.value.hosts[1], differs)
        else
          ctx:fail(mine.value.place, { also = also }, "%s is a Service of the cluster: proxies that see it never use this "
            .. "entry", mine.value.hosts[1])
        end
        return
      end
    end
  end
end

return rule {
  title = "A ServiceEntry's host is declared once, or the same everywhere",
  level = "warn",
  witness = { "workload", "networking.istio.io/Sidecar" },
  least = 2,
  why = [[
    To the mesh a host is one service. The Service of a cluster wins over a ServiceEntry for its full name, which is then
    silently dead. Of several entries for one host the one in the reader's own namespace counts, else the oldest: where
    they give a port different protocols, or resolve the host in different ways, the traffic of one team changes with
    what another one applies.]],
  fix = [[Agree on one entry for all, or give each `exportTo: ["."]`. For a Service of the cluster drop the entry.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/" },
  aka = { "IST0177" },

  collect = {
    ["v1/Service"] = note_service,
    ["networking.istio.io/ServiceEntry"] = note_entry,
    ["networking.istio.io/Sidecar"] = sight.sidecar,
    ["workload"] = sight.workload,
  },

  join = function(host, facts, ctx)
    if host == "readers" or host == "sidecars" then return end
    local readers = sight.readers(ctx)
    for mine in each(facts) do
      if not mine.value.service then judge(mine, facts, readers, ctx) end
    end
  end,

  examples = {
    fail { line = 4, column = 16, message = "is a Service of the cluster: proxies that see it never use this entry", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: db, namespace: b}
      spec: {hosts: [db.b.svc.cluster.local, x.example.com], ports: [{number: 80, name: http, protocol: HTTP}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: b}
    ]] },
    fail { count = 2, line = 4, message = "api.example.com is declared by two ServiceEntries that differ: port 443 is TLS", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: a}
      spec: {hosts: [api.example.com], ports: [{number: 443, name: tls, protocol: TLS}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: b}
      spec: {hosts: [api.example.com], ports: [{number: 443, name: https, protocol: HTTPS}]}
    ]] },
    -- the same but for its case; a port that only one has; another host
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: a}
      spec:
        hosts: [api.example.com, "*.example.org"]
        ports: [{number: 443, name: tls, protocol: tls}, {number: 80, name: http, protocol: HTTP}]
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: b}
      spec: {hosts: [api.example.com], resolution: NONE, ports: [{number: 443, name: tls, protocol: TLS}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: c, namespace: b}
      spec: {hosts: ["*.example.org", www.example.com], ports: [{number: 80, name: http, protocol: TCP}]}
    ]] },
    fail { count = 2, line = 4, message = "the resolution is DNS here, and STATIC there", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: a}
      spec: {hosts: [api.example.com], resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: a}
      spec: {hosts: [api.example.com], resolution: STATIC, ports: [{number: 443, name: tls, protocol: TLS}]}
    ]] },
    -- nobody sees both
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: a}
      spec: {hosts: [api.example.com], exportTo: ["."], ports: [{number: 443, name: tls, protocol: TLS}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: b}
      spec: {hosts: [api.example.com], exportTo: ["."], ports: [{number: 443, name: tcp}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: b, annotations: {networking.istio.io/exportTo: "."}}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: c, namespace: c}
      spec: {hosts: [db.b.svc.cluster.local], ports: [{number: 443, name: tls, protocol: TLS}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: b}
      spec: {egress: [{port: {number: 9080}, hosts: ["c/*"]}, {hosts: ["./*"]}], workloadSelector: {labels: {}}}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: b, namespace: b, labels: {sidecar.istio.io/inject: "true"}}
      spec: {containers: [{name: b}]}
    ]] },
    fail { count = 2, line = 4, message = "port 443 is TLS here, and without one there", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: a}
      spec: {hosts: [api.example.com], exportTo: [b], ports: [{number: 443, name: tls, protocol: TLS}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: b}
      spec: {hosts: [api.example.com], exportTo: ["."], ports: [{number: 443, name: tcp}]}
    ]] },
  },
}
