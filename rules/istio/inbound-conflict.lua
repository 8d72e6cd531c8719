local k8s = require "k8s"
local mesh = require "mesh"
local served = require "mesh/served"

-- Whether two ports are of one Service that lies in two files.
local function is_copy(a, b)
  return a.resource.name == b.resource.name and (a.file ~= b.file or a.resource.document ~= b.resource.document)
end

-- The first port that leads to the same port of the pods and declares something else; nil where all agree.
local function rival(mine, ports)
  for other in each(ports) do
    local a, b = mine.fact, other.fact
    if mine.target and other.target == mine.target and a.value.transport == b.value.transport
      and a.value.protocol ~= b.value.protocol and not is_copy(a, b) then
      return other
    end
  end
  return nil
end

local function words(protocol)
  return protocol or "left to detection"
end

return rule {
  title = "All Services that lead to one port of a pod declare one protocol for it",
  level = "error",
  apart = "scope",
  witness = { "workload" },
  silent = { "v1/Service" },
  params = {
    assume_mesh = param("boolean", false,
      "count the namespace as in the mesh whatever its labels say: one that comes next, or whose labels nobody knows"),
  },
  why = [[
    The proxy of a pod has one inbound listener for a port of its container. Where Services that select the pod say
    different protocols for it, that of the oldest Service counts for all: which one it is changes when a Service is
    made anew.]],
  fix = [[Name all ports that lead there after the same protocol, or set the same appProtocol.]],
  links = { "https://github.com/istio/istio/issues/13014", "https://github.com/istio/istio/issues/13423" },

  collect = {
    ["v1/Service"] = served.service,
    ["workload"] = function(doc, ctx)
      local pod = k8s.pod_template(doc, ctx)
      if pod and mesh.has_sidecar(pod, ctx, ctx.params.assume_mesh) then served.workload(doc, ctx, pod, {}) end
    end,
  },

  join = function(key, facts, ctx)
    if not served.is_workload(key) then return end
    local ports = served.ports(facts[1], ctx, key[1])
    for mine in each(ports) do
      local other = rival(mine, ports)
      if other then
        local also = { { other.fact.value.place, "declared here" } }
        -- without the workload's name, so that it is told once where there are several
        ctx:fail(mine.fact.value.place, { also = also }, "port %d of the pods that it selects is %s here, and %s for "
          .. "Service %s", mine.target, words(mine.fact.value.protocol), words(other.fact.value.protocol),
          other.fact.resource.name)
      end
    end
  end,

  examples = {
    fail { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], count = 2, line = 4, column = 53, message = "port 8080 of the pods that it selects is HTTP here, and TCP for Service b", [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: mesh}
      spec: {selector: {app: a}, ports: [{port: 80, name: http, targetPort: web}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: mesh}
      spec: {selector: {tier: front}, ports: [{port: 8080, name: tcp}, {port: 8080, protocol: UDP, name: udp}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: a, namespace: mesh}
      spec:
        template:
          metadata: {labels: {app: a, tier: front}}
          spec: {containers: [{name: a, ports: [{name: web, containerPort: 8080}, {name: web, containerPort: 9}]}]}
    ]] },
    -- one Service, two ports for one of the pods
    fail { count = 2, line = 7, message = "is left to detection here, and GRPC for Service a", [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec:
        selector: {app: a}
        ports:
          - {port: 80, name: web, targetPort: 8080}
          - {port: 81, name: web2, appProtocol: grpc, targetPort: 8080}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: a, namespace: a, labels: {app: a, sidecar.istio.io/inject: "true"}}
      spec: {initContainers: [{name: b, ports: [{name: web, containerPort: 1}]}], containers: [{name: a}]}
    ]] },
    -- the same protocol in other words, another port, pods, namespace; names that lead nowhere, aliases, no selector
    pass { policy = [[
      namespaces: [{match: [mesh, other], labels: {istio-injection: enabled}}]
    ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: mesh}
      spec: {selector: {app: a}, ports: [{port: 80, name: http, targetPort: 8080}, {port: 90, name: tcp, targetPort: none}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: mesh}
      spec: {selector: {app: a}, ports: [{port: 8080, name: web, appProtocol: HTTP}, {port: 8081, name: grpc}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: c, namespace: mesh}
      spec: {selector: {app: c}, ports: [{port: 8080, name: tcp}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: d, namespace: other}
      spec: {selector: {app: a}, ports: [{port: 8080, name: tcp}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: e, namespace: mesh}
      spec: {type: ExternalName, externalName: a.example.com, selector: {app: a}, ports: [{port: 8080, name: tcp}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: f, namespace: mesh}
      spec: {ports: [{port: 8080, name: tcp}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: a, namespace: mesh, labels: {app: a}}
      spec: {containers: [{name: a}]}
    ]] },
    -- not in the mesh, or only by the parameter
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {selector: {app: a}, ports: [{port: 80, name: tcp, targetPort: 1}, {port: 81, name: http, targetPort: 1}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: a, namespace: a, labels: {app: a}}
      spec: {containers: [{name: a}]}
    ]] },
    fail { params = { assume_mesh = true }, count = 2, line = 4, [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {selector: {app: a}, ports: [{port: 80, name: tcp, targetPort: 1}, {port: 81, name: http, targetPort: 1}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: a, namespace: a, labels: {app: a}}
      spec: {containers: [{name: a}]}
    ]] },
    -- one Service in two files is not two
    pass { params = { assume_mesh = true }, files = { ["b.yaml"] = [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {selector: {app: a}, ports: [{port: 80, name: http}]}
    ]] }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {selector: {app: a}, ports: [{port: 80, name: tcp}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: a, namespace: a, labels: {app: a}}
      spec: {containers: [{name: a}]}
    ]] },
    -- before 1.3 what is not named is TCP
    fail { policy = [[
      vars: {istio_version: "1.2"}
      namespaces: [{match: a, labels: {istio-injection: enabled}}]
    ]], count = 2, line = 4, message = "is TCP here, and HTTP for Service a", [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {selector: {app: a}, ports: [{port: 80, targetPort: 1}, {port: 81, name: http, targetPort: 1}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: a, namespace: a, labels: {app: a}}
      spec: {containers: [{name: a}]}
    ]] },
  },
}
