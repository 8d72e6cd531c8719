local registry = require "mesh/registry"
local route = require "mesh/route"

return rule {
  title = "A VirtualService routes to hosts that exist",
  level = "error",
  witness = { "v1/Service", "networking.istio.io/ServiceEntry" },
  why = [[
    A route to a host that the mesh does not know answers every request with 503. It happens when a Service is renamed,
    moved, or exported to fewer namespaces than before, and the routes of other teams are forgotten.

    A host with a dot is taken as it stands: `echo.team-a` is no Service, `echo.team-a.svc.cluster.local` is.]],
  fix = [[
    Name a Service or ServiceEntry that the namespace sees. What Helm, Terraform or an operator creates belongs into the
    policy: `elsewhere: [{kind: Service, namespace: team-a, name: echo}]`, or, for hosts outside of the cluster,
    `{kind: ServiceEntry, name: api.example.com}` with the host as the name.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0101/" },
  aka = { "IST0101" },

  collect = {
    ["v1/Service"] = function(service, ctx) registry.service(service, ctx) end,
    ["networking.istio.io/ServiceEntry"] = function(entry, ctx) registry.entry(entry, ctx) end,
    ["networking.istio.io/VirtualService"] = function(service, ctx)
      local readers = registry.readers(service, ctx)
      route.each_destination(service, function(destination)
        local key = registry.key(destination.host, ctx)
        if key then
          ctx:emit(key, { host = destination.host, at = at(destination, "host"), readers = readers,
            domain = registry.domain(ctx) })
        end
      end)
    end,
  },

  join = function(key, facts, ctx)
    for fact in each(facts) do
      local host = fact.value.host
      local readers = fact.value.readers
      if readers and string.sub(host, 1, 1) ~= "*" then
        local found, _, hidden = registry.find(key, facts, ctx, readers)
        if not found and hidden and hidden.value.defines then
          ctx:fail(fact.value.at, { also = { { hidden.value.at, "it is exported to others only" } } },
            "%s of namespace %s is not exported to namespace %s", hidden.value.defines, str(hidden.namespace, "?"),
            str(fact.namespace, "?"))
        elseif not found and not registry.is_elsewhere(key, ctx) then
          local full = host .. ".svc." .. fact.value.domain
          local meant = count(string.split(host, ".")) == 2 and ctx:facts({ "host", full })[1]
          ctx:fail(fact.value.at, { also = meant and { { meant.value.at, "it would be this one" } } or {} },
            "there is no Service or ServiceEntry %s%s", key[2],
            meant and ": a host with a dot is taken as it stands, write " .. full or "")
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
        http:
          - route: [{destination: {host: echo}}, {destination: {host: api.example.com}}]
            mirror: {host: echo.team-a.svc.cluster.local}
            mirrors: [{destination: {host: a.example.org}}]
        tcp: [{route: [{destination: {host: echo}}]}]
        tls: [{route: [{destination: {host: echo}}]}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-a, annotations: {networking.istio.io/exportTo: .}}
      spec: {ports: [{port: 80}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: outside, namespace: team-b}
      spec: {hosts: [api.example.com, "*.example.org"], exportTo: ["*"], ports: [{number: 443}]}
    ]] },
    fail { line = 4, column = 60, count = 2, message = "there is no Service or ServiceEntry echo.team-a.svc", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [echo], http: [{route: [{destination: {host: echo}}], mirror: {host: echo2}}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-b}
    ]] },
    fail { line = 4, message = "Service of namespace team-b is not exported to namespace team-a", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [e], http: [{route: [{destination: {host: echo.team-b.svc.cluster.local}}]}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-b, annotations: {networking.istio.io/exportTo: ., team-c}}
    ]] },
    -- the proxies that follow the route are those of the gateway
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [e], gateways: [ingress/public], http: [{route: [{destination: {host: a.example.com}}]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: outside, namespace: team-b}
      spec: {hosts: [a.example.com], exportTo: [ingress]}
    ]] },
    fail { line = 4, message = "a host with a dot is taken as it stands, write echo.team-b.svc.cluster.local", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [e], http: [{route: [{destination: {host: echo.team-b}}]}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-b}
    ]] },
    pass { policy = [[
      elsewhere:
        - {kind: Service, namespace: team-b, name: echo}
        - {kind: ServiceEntry, name: "*.example.com"}
    ]], [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec:
        hosts: [e]
        http:
          - {route: [{destination: {host: echo.team-b.svc.cluster.local}}, {destination: {host: b.example.com}}]}
    ]] },
    -- nobody knows the namespace: a Service of that name may be in it
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec: {hosts: [e], http: [{route: [{destination: {host: echo}}, {destination: {host: "${HOST}"}}]}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-b}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-b}
      spec: {hosts: [e], http: [{route: [{destination: {host: echo}}]}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
    ]] },
  },
}
