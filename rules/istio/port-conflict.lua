local claim = require "mesh/claim"
local istio = require "istio"
local mesh = require "mesh"
local sight = require "mesh/sight"

-- protocols that no proxy can tell apart from others on one listener
local KNOWN = { Mongo = true, MySQL = true }
local ENCRYPTED = { TLS = true, HTTPS = true }

-- What a claim is on the listener that all of its number share: "http", "tcp", "guess" or, where it is none of its
-- matter, nil.
local function side_of(item, ctx)
  if istio.is_http(item.protocol) then return "http" end
  if not item.free or item.headless and not ctx.params.headless then return nil end
  -- what is encrypted is told apart by its host since 1.6
  if ENCRYPTED[item.protocol] and not mesh.before(ctx, "1.6") then return nil end
  return item.protocol and "tcp" or "guess"
end

local function note(doc, ctx)
  if not ctx.namespace.name then return end
  local hosts, to
  for item in each(claim.list(doc, ctx, ctx.params.dns_capture)) do
    local side = side_of(item, ctx)
    if side then
      if not hosts then hosts, to = sight.party(doc, ctx) end
      ctx:emit(item.number, {
        side = side, protocol = item.protocol, words = item.words, place = item.place, hosts = hosts, to = to,
        number = item.number, old = mesh.before(ctx, "1.3"),
        -- each pod has a listener of its own, which no other TCP competes with
        pods = item.headless and not mesh.before(ctx, "1.4"),
      })
    end
  end
end

-- Adds a fact, by its index, to those that another one fights with.
local function add(enemies, fact, index)
  table.insert(enemies.indices, index)
  if not enemies.known[fact.namespace] then table.insert(enemies.namespaces, fact.namespace) end
  enemies.known[fact.namespace] = true
end

local function no_enemies()
  return { indices = {}, namespaces = {}, known = {} }
end

-- The facts by what they are: "http", "known" (what no proxy can tell from others), "tcp" and "guess", each with its
-- index.
local function sorted(facts)
  local result = { http = {}, known = {}, tcp = {}, guess = {} }
  for fact, index in each(facts) do
    local value = fact.value
    local side = value.side == "tcp" and KNOWN[value.protocol] and "known" or value.side
    table.insert(result[side], { fact = fact, index = index })
  end
  return result
end

-- what each of them fights with; what left its protocol to detection only with HTTP
local AGAINST = { known = { "http", "tcp", "known" }, tcp = { "http", "known" }, guess = { "http" } }

-- Whether two claims compete: not those of one Service that lies in two files, nor of pods with listeners of their own.
local function compete(mine, other)
  if other.value.protocol == mine.value.protocol then return false end
  if other.value.side ~= "http" and (other.value.pods or mine.value.pods) then return false end
  return other.namespace ~= mine.namespace or other.resource.name ~= mine.resource.name
end

local function enemies_of(mine, side, sides, number, readers)
  local seen_by, enemies = sight.of(readers, mine, number), no_enemies()
  -- so many are enough, to judge and to tell
  local enough = math.max(mine.params.agreed_by, 4)
  for against in each(AGAINST[side]) do
    for other in each(sides[against]) do
      if compete(mine, other.fact) and sight.meets(readers, seen_by, other.fact, number) then
        add(enemies, other.fact, other.index)
        if #enemies.namespaces >= enough then return enemies end
      end
    end
  end
  return enemies
end

-- For each claim that is not HTTP: those that it fights with where one proxy sees both.
local function fights_of(facts, number, ctx)
  local sides, result = sorted(facts), {}
  if #sides.http + #sides.known == 0 then return result end
  local readers = sight.readers(ctx)
  for side in pairs(AGAINST) do
    for item in each(sides[side]) do
      local enemies = enemies_of(item.fact, side, sides, number, readers)
      if #enemies.indices > 0 then result[item.index] = enemies end
    end
  end
  return result
end

-- What follows, in words, where a claim that is not HTTP fights with another one.
local function effect(value, other)
  if other.side ~= "http" then return "proxies cannot tell these apart, and drop the newer one" end
  if value.side == "guess" then return "proxies then guess the protocol of all HTTP on it" end
  if value.old then return "where this one is older, no HTTP Service on it gets a listener in any sidecar" end
  return "proxies then guess the protocol of all that goes to it"
end

-- Tells of `mine` which others it fights with.
local function tell(mine, facts, enemies, ctx)
  local also, value, other = {}, mine.value, facts[enemies.indices[1]].value
  for index, i in each(enemies.indices) do
    if i <= 3 then also[i] = { facts[index].value.place, "declared here" } end
  end
  local where = sight.names(enemies.namespaces)
  if value.side == "http" then
    ctx:fail(value.place, { also = also }, "port %d is %s here, but %s in %s of %s: %s", value.number, value.protocol,
      other.protocol, other.words, where, effect(other, value))
  else
    ctx:fail(value.place, { also = also }, "port %d is %s in %s, but %s in %s: %s", value.number,
      value.protocol or "left to detection", value.words, other.protocol, where, effect(value, other))
  end
end

-- Those of HTTP that fight with TCP which is not alone against `agreed_by` namespaces.
local function sides_of_http(facts, fought)
  local result = {}
  for index, enemies in pairs(fought) do
    local mine = facts[index]
    if mine.value.side == "tcp" and #enemies.namespaces < mine.params.agreed_by then
      for other in each(enemies.indices) do
        if facts[other].value.side == "http" then
          result[other] = result[other] or no_enemies()
          add(result[other], mine, index)
        end
      end
    end
  end
  return result
end

-- Whether all that a claim fights with are HTTP, and deviate from so many namespaces that they alone hear of it.
local function is_of_most(mine, enemies, http)
  for other in each(enemies.indices) do
    if not http[other] or #http[other].namespaces < mine.params.agreed_by then return false end
  end
  return true
end

return rule {
  title = "One port number, one protocol across the mesh",
  level = "warn",
  witness = { "workload", "networking.istio.io/Sidecar" },
  least = 2,
  params = {
    agreed_by = param("integer", 3,
      "from so many namespaces on, their protocol of a port is the mesh's: only who deviates hears of it"),
    headless = param("boolean", true, "count headless Services, also since Istio 1.4, where each of their ready pods "
      .. "has a listener of its own and only what goes elsewhere meets the others"),
    dns_capture = param("boolean", false, "the mesh's proxies resolve names themselves and give each entry an address "
      .. "(ISTIO_META_DNS_CAPTURE and ISTIO_META_DNS_AUTO_ALLOCATE)"),
  },
  why = [[
    All HTTP Services of one port number share one listener in every sidecar of the mesh, whatever namespace they are
    of. TCP without an address (a headless Service, a ServiceEntry without addresses, before 1.21 an ExternalName
    Service) wants the same listener. Before Istio 1.3 the older of the two has it alone: one port name in one namespace
    takes the HTTP of all others away. Since then the proxy waits for the first bytes and guesses, so that protocols
    whose server speaks first hang. MongoDB and MySQL cannot be guessed; the newer one of the two is dropped.

    The finding stands where a port deviates from what `agreed_by` namespaces say; where nobody is in the majority, at
    each of them. Sidecars see the Services of namespaces outside of the mesh too, so turn this rule on for all.]],
  fix = [[
    Name the port after the protocol it speaks; where that is not HTTP, give it another number, a Service with an address,
    or narrow who sees it with the annotation networking.istio.io/exportTo.]],
  links = { "https://github.com/istio/istio/issues/16233", "https://github.com/istio/istio/issues/10456" },

  collect = {
    ["v1/Service"] = note,
    ["networking.istio.io/ServiceEntry"] = note,
    ["networking.istio.io/Sidecar"] = sight.sidecar,
    ["workload"] = sight.workload,
  },

  join = function(number, facts, ctx)
    if type(number) ~= "number" then return end
    local fought = fights_of(facts, number, ctx)
    local http = sides_of_http(facts, fought)
    for index, enemies in pairs(fought) do
      local mine = facts[index]
      local deviates = #enemies.namespaces >= mine.params.agreed_by
      if deviates or mine.value.side == "tcp" and not is_of_most(mine, enemies, http) then
        tell(mine, facts, enemies, ctx)
      end
    end
    for index, enemies in pairs(http) do tell(facts[index], facts, enemies, ctx) end
  end,

  examples = {
    -- one namespace against one: nobody is in the majority, and both hear of it
    fail { count = 2, line = 4, message = "port 8080 is HTTP here, but TCP in a headless Service of b: proxies then", [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {ports: [{name: http, port: 8080}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: b}
      spec: {clusterIP: None, ports: [{name: tcp-web, port: 8080}]}
    ]] },
    -- two clusters never mix
    pass { policy = [[
      layout: [{path: "{cluster}/{namespace}.yaml", cluster: "{cluster}", namespace: "{namespace}"}]
    ]], path = "dev/a.yaml", files = { ["prod/b.yaml"] = [[
      apiVersion: v1
      kind: Service
      metadata: {name: b}
      spec: {clusterIP: None, ports: [{name: tcp-web, port: 8080}]}
    ]] }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: a}
      spec: {ports: [{name: http, port: 8080}]}
    ]] },
    -- three agree, so the fourth deviates; also where it leaves the protocol to detection
    fail { count = 2, line = 16, message = "port 80 is TCP in a headless Service, but HTTP in a, b, c: proxies then", [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: b}
      spec: {ports: [{name: web, appProtocol: http, port: 80}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: c, namespace: c}
      spec: {hosts: [c.example.com], ports: [{number: 80, name: web, protocol: http}]}
      ---
      {apiVersion: v1, kind: Service, metadata: {name: d, namespace: d}, spec: {clusterIP: None, ports: [{name: tcp, port: 80}]}}
      ---
      {apiVersion: v1, kind: Service, metadata: {name: e, namespace: e}, spec: {clusterIP: None, ports: [{name: e, port: 80}]}}
    ]] },
    -- here HTTP deviates
    fail { params = { agreed_by = 2 }, line = 11, message = "port 5000 is GRPC here, but TCP in a headless Service of a, b", [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {clusterIP: None, ports: [{name: tcp, port: 5000}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: b}
      spec: {clusterIP: None, ports: [{name: tcp, port: 5000}]}
      ---
      {apiVersion: v1, kind: Service, metadata: {name: c, namespace: c}, spec: {ports: [{name: grpc, port: 5000}]}}
    ]] },
    -- with an address, of another port, or not TCP at all: no conflict; what is encrypted carries its host
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {ports: [{name: http, port: 80}, {name: http-b, port: 443}, {name: grpc, port: 53}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: b}
      spec: {ports: [{name: tcp, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: c, namespace: c}
      spec:
        clusterIP: None
        ports: [{name: tcp, port: 81}, {name: dns, protocol: UDP, port: 53}, {name: sctp, protocol: SCTP, port: 80}]
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: d, namespace: d}
      spec:
        hosts: [d.example.com]
        ports: [{number: 443, name: tls, protocol: TLS}, {number: 53, name: dns, protocol: UDP}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: e, namespace: e}
      spec: {type: ExternalName, externalName: e.example.com, ports: [{name: tcp, port: 80}]}
    ]] },
    -- as it was before 1.3: what is not named is TCP, and the older one has the port alone
    fail { policy = [[
      vars: {istio_version: "1.2"}
    ]], count = 3, line = 4, message = "where this one is older, no HTTP Service on it gets a listener", [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {ports: [{name: http, port: 80}, {name: http-b, port: 443}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: b}
      spec: {clusterIP: None, ports: [{name: web, port: 80}]}
      ---
      apiVersion: networking.istio.io/v1alpha3
      kind: ServiceEntry
      metadata: {name: d, namespace: d}
      spec: {hosts: [d.example.com], ports: [{number: 443, name: tls, protocol: TLS}, {number: 80, name: any}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: e, namespace: e}
      spec: {type: ExternalName, externalName: e.example.com, ports: [{name: tcp, port: 80}]}
    ]] },
    -- only where one proxy sees both
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a, annotations: {networking.istio.io/exportTo: "., c"}}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: b}
      spec: {hosts: [b.example.com], exportTo: [".", d], ports: [{number: 80, name: tcp, protocol: TCP}]}
    ]] },
    pass { policy = [[
      namespaces: [{match: [a, b], labels: {istio-injection: enabled}}]
    ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: b}
      spec: {clusterIP: None, ports: [{name: tcp, port: 80}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: a, namespace: a}
      spec: {containers: [{name: a}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: b, namespace: b}
      spec: {containers: [{name: b}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: istio-system}
      spec: {egress: [{hosts: ["./*", "istio-system/*"]}]}
      ---
      # for some workloads only: the others see all
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: some, namespace: a}
      spec: {workloadSelector: {labels: {app: a}}, egress: [{hosts: ["*/*"]}]}
    ]] },
    fail { count = 2, line = 4, [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: b}
      spec: {clusterIP: None, ports: [{name: tcp, port: 80}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: istio-system}
      spec: {egress: [{hosts: ["./*"]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: c}
      spec: {egress: [{hosts: ["a/*", "b/b.b.svc.cluster.local"]}]}
    ]] },
    -- a listener of its own for the port, with the hosts that it is for
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: b}
      spec: {clusterIP: None, ports: [{name: tcp, port: 80}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: istio-system}
      spec: {egress: [{hosts: ["*/*"]}, {port: {number: 80}, hosts: ["b/*"]}]}
    ]] },
    pass { params = { headless = false }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: b}
      spec: {clusterIP: None, ports: [{name: tcp, port: 80}]}
    ]] },
    pass { params = { dns_capture = true }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: b, labels: {networking.istio.io/enable-autoallocate-ip: "true"}}
      spec: {hosts: [b.example.com], resolution: DNS, ports: [{number: 80, name: tcp, protocol: TCP}]}
    ]] },
    -- an address of its own, as written or as read back
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {ports: [{name: http, port: 80}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: b}
      spec: {hosts: [b.example.com], addresses: [10.0.0.1], ports: [{number: 80, name: tcp, protocol: TCP}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: c, namespace: c}
      spec: {hosts: [c.example.com], ports: [{number: 80, name: tcp, protocol: TCP}]}
      status: {addresses: [{value: 240.240.0.1}]}
    ]] },
    -- no proxy tells MySQL from other protocols; before 1.4 headless Services are in this too
    fail { count = 2, line = 4, message = "but MySQL in b: proxies cannot tell these apart, and drop the newer one", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: a}
      spec: {hosts: [a.example.com], ports: [{number: 3306, name: tcp, protocol: TCP}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: b}
      spec: {hosts: [b.example.com], ports: [{number: 3306, name: db, protocol: mysql}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: c, namespace: c}
      spec: {clusterIP: None, ports: [{name: mongo, port: 3306}]}
    ]] },
  },
}
