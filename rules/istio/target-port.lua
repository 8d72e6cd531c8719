local services = require "mesh/services"

return rule {
  title = "Services of one workload reach a port of it under one number",
  level = "info",
  apart = "key",
  witness = { "workload" },
  least = 3,
  why = [[
    Two Services with different port numbers for one port of a workload are two names for one thing: the proxy has one
    listener for both, and takes what the older Service says of it. Two ports of one Service are not told.]],
  fix = [[Use one number for it, or one Service.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0137/" },
  aka = { "IST0137" },

  collect = { workload = services.workload, ["v1/Service"] = services.note },

  join = function(_, facts, ctx)
    services.each_pair(facts, function(a, b, workload, resolve)
      if a.value.number == b.value.number or resolve(a) ~= resolve(b) then return end
      -- the Service that a StatefulSet must have, for the names of its pods
      if workload.resource.kind == "StatefulSet" and (a.value.headless or b.value.headless) then return end
      local function tell(one, other)
        local places = { { other.value.at, "the other" }, { workload.value.at, "selected by both" } }
        ctx:fail(one.value.at, { also = places },
          "port %s of %s %s is %d here, and %d in Service %s", resolve(one), workload.resource.kind,
          str(workload.resource.name, "?"), one.value.number, other.value.number, str(other.resource.name, "?"))
      end
      tell(a, b)
      tell(b, a)
    end)
  end,

  examples = {
    pass { [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: team-a, labels: {gateway.istio.io/managed: x}}
      spec:
        template:
          metadata: {labels: {app: echo, gateway.istio.io/managed: x}}
          spec: {initContainers: [{name: i}], containers: [{name: a, ports: [{name: http, containerPort: 8080}]}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-a}
      spec: {selector: {app: echo}, ports: [{port: 80, targetPort: http}, {port: 8080}, {port: 9090}]}
    ]] },
    pass { [[
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db, namespace: team-a}
      spec: {template: {metadata: {labels: {app: db}}}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: team-a}
      spec: {clusterIP: None, selector: {app: db}, ports: [{port: 8080}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: db-public, namespace: team-a}
      spec: {selector: {app: db}, ports: [{port: 80, targetPort: 8080}]}
    ]] },
    -- a name and a number that are the same
    fail { line = 12, column = 46, count = 2,
      message = "port 8080 of Deployment echo is 80 here, and 8080 in Service b", [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: team-a}
      spec:
        template:
          metadata: {labels: {app: echo}}
          spec: {containers: [{name: a, ports: [{name: http, containerPort: 8080}]}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: team-a}
      spec: {selector: {app: echo}, ports: [{port: 80, targetPort: http, protocol: TCP}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: team-a}
      spec: {selector: {app: echo}, ports: [{port: 8080}]}
    ]] },
  },
}
