local registry = require "mesh/registry"

return rule {
  title = "A DestinationRule is for a host that exists",
  level = "warn",
  witness = { "v1/Service", "networking.istio.io/ServiceEntry" },
  why = [[
    A DestinationRule for a host that the mesh does not know has no effect: no mTLS, no limits, no outlier detection,
    and nothing says so. A host with a dot is taken as it stands: `echo.team-a` is no Service,
    `echo.team-a.svc.cluster.local` is. Wildcards are not judged.]],
  fix = [[
    Correct the host, or delete the rule of a Service that is gone. What is created outside of the repository belongs
    into the policy's `elsewhere`: a Service by namespace and name, a ServiceEntry with the host as its name.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0174/" },
  aka = { "IST0174" },

  collect = {
    ["v1/Service"] = function(service, ctx) registry.service(service, ctx) end,
    ["networking.istio.io/ServiceEntry"] = function(entry, ctx) registry.entry(entry, ctx) end,
    ["networking.istio.io/DestinationRule"] = function(doc, ctx)
      local key = registry.key(doc.spec.host, ctx)
      if key and not string.starts_with(doc.spec.host, "*") then
        ctx:emit(key, { host = doc.spec.host, at = at(doc.spec, "host"), readers = { ctx.namespace.name },
          domain = registry.domain(ctx) })
      end
    end,
  },

  join = function(key, facts, ctx)
    for fact in each(facts) do
      local value = fact.value
      local found, hidden, _ = true, nil, nil
      if value.readers then found, _, hidden = registry.find(key, facts, ctx, value.readers) end
      -- the rules of a host that one may not see are for others, if for anybody
      if not found and not hidden and not registry.is_elsewhere(key, ctx) then
        local full = value.host .. ".svc." .. value.domain
        local meant = count(string.split(value.host, ".")) == 2 and ctx:facts({ "host", full })[1]
        ctx:fail(value.at, { also = meant and { { meant.value.at, "it would be this one" } } or {} },
          "there is no Service or ServiceEntry %s%s", key[2],
          meant and ": a host with a dot is taken as it stands, write " .. full or "")
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: team-a}
      spec: {host: echo}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: api, namespace: team-a}
      spec: {host: a.example.com}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: all, namespace: team-a}
      spec: {host: "*.team-a.svc.cluster.local"}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-a, annotations: {networking.istio.io/exportTo: .}}
      spec: {ports: [{port: 80}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: example, namespace: team-b}
      spec: {hosts: ["*.example.com"], exportTo: ["*"], ports: [{number: 443}]}
    ]] },
    fail { line = 4, column = 14, message = "there is no Service or ServiceEntry echo.team-a.svc.cluster.local", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: team-a}
      spec: {host: echo}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-b}
    ]] },
    fail { line = 4, message = "write echo.team-b.svc.cluster.local", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: team-a}
      spec: {host: echo.team-b}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-b}
    ]] },
    pass { policy = "elsewhere: [{kind: Service, namespace: team-a, name: ec*}]", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: team-a}
      spec: {host: echo}
    ]] },
  },
}
