local registry = require "mesh/registry"
local route = require "mesh/route"
local small = require "mesh/small"

-- The ports that a host may have, a list of lists: one for each Service of the name, as they may be copies for other
-- clusters, and one for all ServiceEntries, whose ports add up.
local function ports_of(facts)
  local lists, merged = {}, {}
  for _, fact in ipairs(facts) do
    if not fact.value.ports then return {} end
    if fact.value.defines == "Service" then
      table.insert(lists, fact.value.ports)
    else
      for port in each(fact.value.ports) do
        if not small.has(merged, port) then table.insert(merged, port) end
      end
    end
  end
  return #lists == 0 and #facts > 0 and { merged } or lists
end

-- Whether a route with that port, or none, works with one of the lists.
local function is_good(number, lists)
  for _, ports in ipairs(lists) do
    if number and small.has(ports, number) then return true end
    if not number and #ports <= 1 then return true end
  end
  return #lists == 0
end

return rule {
  title = "A VirtualService routes to a port that the host has",
  level = "error",
  witness = { "v1/Service", "networking.istio.io/ServiceEntry" },
  why = [[
    A route to a port that the Service or ServiceEntry does not have goes nowhere, and one without a port works only as
    long as the host has a single one: the day its team adds a second port, the route of everybody else is refused.]],
  fix = [[Name in `port.number` a port of the Service (`port`, not `targetPort`), or of the ServiceEntry (`number`).]],
  links = {
    "https://istio.io/latest/docs/reference/config/analysis/ist0101/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0112/",
  },
  aka = { "IST0101", "IST0112" },

  collect = {
    ["v1/Service"] = function(service, ctx) registry.service(service, ctx) end,
    ["networking.istio.io/ServiceEntry"] = function(entry, ctx) registry.entry(entry, ctx) end,
    ["networking.istio.io/VirtualService"] = function(service, ctx)
      local readers = registry.readers(service, ctx)
      route.each_destination(service, function(destination)
        local key = registry.key(destination.host, ctx)
        if key then
          ctx:emit(key, { host = destination.host, number = num(destination.port.number), readers = readers,
            at = at(destination, "port", "number") })
        end
      end)
    end,
  },

  join = function(key, facts, ctx)
    for fact in each(facts) do
      local number = fact.value.number
      local found, all
      if fact.value.readers then found, all = registry.find(key, facts, ctx, fact.value.readers) end
      local lists = found and ports_of(all) or {}
      if not is_good(number, lists) then
        local also = { also = { { found.value.at, "declared here" } } }
        local text = #lists[1] > 0 and table.concat(lists[1], ", ") or "none"
        if number then
          ctx:fail(fact.value.at, also, "%s has no port %d; its ports: %s", fact.value.host, number, text)
        else
          ctx:fail(fact.value.at, also, "%s has several ports (%s), and the route names none", fact.value.host, text)
        end
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec:
        hosts: [echo]
        gateways: [mesh]
        http:
          - route: [{destination: {host: echo, port: {number: 80}}}, {destination: {host: one}}]
            mirror: {host: one}
            mirrors: [{destination: {host: unknown, port: {number: 80}}}]
        tcp: [{route: [{destination: {host: echo, port: {number: 53}}}]}]
        tls: [{route: [{destination: {host: api.example.com, port: {number: 443}}}]}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-a, annotations: {networking.istio.io/exportTo: "*"}}
      spec: {ports: [{port: 80}, {port: 53, protocol: UDP}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: one, namespace: team-a}
      spec: {ports: [{port: 80}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: outside, namespace: team-b}
      spec: {hosts: [api.example.com], exportTo: ["*"], ports: [{number: 443}]}
    ]] },
    fail { line = 4, column = 81, message = "echo has no port 8080; its ports: 80, 81", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [echo], http: [{route: [{destination: {host: echo, port: {number: 8080}}}]}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-a}
      spec: {ports: [{port: 80, targetPort: 8080}, {port: 81}]}
    ]] },
    -- UDP counts, as for istiod
    fail { line = 4, message = "echo has several ports (80, 53), and the route names none", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [echo], http: [{route: [{destination: {host: echo}}]}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-a}
      spec: {ports: [{port: 80}, {port: 53, protocol: UDP}]}
    ]] },
    -- of several ServiceEntries for a host the ports add up; a Service wins over them
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec:
        hosts: [e]
        http:
          - route:
              - {destination: {host: api.example.com, port: {number: 443}}}
              - {destination: {host: echo.team-a.svc.cluster.local, port: {number: 80}}}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: team-a}
      spec: {hosts: [api.example.com, echo.team-a.svc.cluster.local], ports: [{number: 8443}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: team-a}
      spec: {hosts: ["*.example.com", api.example.com], ports: [{number: 443}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-a}
      spec: {ports: [{port: 80}]}
    ]] },
  },
}
