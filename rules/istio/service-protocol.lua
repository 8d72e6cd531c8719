local services = require "mesh/services"

return rule {
  title = "Services of one workload agree on what a port number speaks",
  level = "warn",
  apart = "key",
  witness = { "workload" },
  least = 3,
  why = [[
    Where several Services select one workload, and one port number of theirs is TCP in one and UDP in another, Istio
    cannot tell which is meant. One Service with both, as for DNS, is not told.]],
  fix = [[Take one protocol for the number, another number, or put both ports into one Service.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0116/" },
  aka = { "IST0116" },

  collect = { workload = services.workload, ["v1/Service"] = services.note },

  join = function(_, facts, ctx)
    services.each_pair(facts, function(a, b, workload)
      if a.value.number ~= b.value.number or a.value.protocol == b.value.protocol then return end
      local pod = { workload.value.at, "selected by both" }
      local format = "port %d of %s %s is %s in this Service, and %s in Service %s"
      ctx:fail(a.value.at, { also = { { b.value.at, "the other" }, pod } }, format, a.value.number,
        workload.resource.kind, str(workload.resource.name, "?"), a.value.protocol, b.value.protocol,
        str(b.resource.name, "?"))
      ctx:fail(b.value.at, { also = { { a.value.at, "the other" }, pod } }, format, b.value.number,
        workload.resource.kind, str(workload.resource.name, "?"), b.value.protocol, a.value.protocol,
        str(a.resource.name, "?"))
    end)
  end,

  examples = {
    pass { [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: dns, namespace: team-a}
      spec:
        template:
          metadata: {labels: {app: dns}}
          spec: {containers: [{name: a, ports: [{name: dns, containerPort: 53}]}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: waypoint, namespace: team-b}
      spec: {template: {metadata: {labels: {app: dns, gateway.istio.io/managed: istio.io-mesh-controller}}}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: dns, namespace: team-a}
      spec: {selector: {app: dns}, ports: [{port: 53}, {port: 53, protocol: UDP, targetPort: dns}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: other, namespace: team-a}
      spec: {clusterIP: None, selector: {app: other}, ports: [{port: 53, protocol: UDP}]}
    ]] },
    fail { line = 9, count = 2, message = "port 53 of Deployment dns is TCP in this Service, and UDP in Service b", [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: dns, namespace: team-a}
      spec: {template: {metadata: {labels: {app: dns}}}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: team-a}
      spec: {selector: {app: dns}, ports: [{port: 53}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: team-a}
      spec: {selector: {app: dns}, ports: [{port: 53, protocol: UDP}]}
    ]] },
    -- no proxy, no confusion
    pass { [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: dns, namespace: team-a}
      spec: {template: {metadata: {labels: {app: dns}}, spec: {hostNetwork: true}}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: team-a}
      spec: {selector: {app: dns}, ports: [{port: 53}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: team-a}
      spec: {selector: {app: dns}, ports: [{port: 53, protocol: UDP}]}
    ]] },
  },
}
