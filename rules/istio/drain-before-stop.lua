local istio = require "istio"
local k8s = require "k8s"
local mesh = require "mesh"
local served = require "mesh/served"

-- Whether a container's preStop makes the proxy's health check fail, and does so before it sleeps.
local function fails_first(container)
  local text = mesh.command_line(container.lifecycle.preStop.exec.command)
  local fail, sleep = re.find(text, "healthcheck/fail"), re.find(text, [[\bsleep\b]])
  return fail ~= nil and (sleep == nil or fail < sleep)
end

-- What a workload does when it is to end, and where that is written: of the container that waits longest, else of the
-- first one. nil for what is nothing but a proxy.
local function ending(pod)
  local _, longest = mesh.longest_pre_stop(pod)
  local fails = false
  for container in each(pod.spec.containers) do
    if type(container) == "table" and container.name ~= "istio-proxy" then longest = longest or container end
    if fails_first(container) then fails = true end
  end
  if not longest then return nil end
  return {
    sleep = mesh.pre_stop(longest), fails = fails, grace = mesh.grace_period(pod),
    stop_at = at(longest, "lifecycle", "preStop"), grace_at = at(pod, "spec", "terminationGracePeriodSeconds"),
  }
end

-- The first port of each family that Services declare for the pods: "grpc" and "http".
local function families(ports)
  local result = {}
  for port in each(ports) do
    local protocol = port.fact.value.protocol
    if istio.is_http(protocol) then
      local family = string.starts_with(protocol, "GRPC") and "grpc" or "http"
      result[family] = result[family] or port.fact
    end
  end
  return result
end

-- What pods that serve these families have to do, and the port that says so; nil where there is none.
local function needs(found, params)
  local grpc = { sleep = params.grpc_sleep, grace = params.grpc_grace, fail = false }
  local http = { sleep = params.http_sleep, grace = params.http_grace, fail = params.http_fails_health_check }
  if not found.http then return found.grpc, grpc end
  if not found.grpc then return found.http, http end
  return found.http,
    { sleep = math.max(grpc.sleep, http.sleep), grace = math.max(grpc.grace, http.grace), fail = http.fail }
end

-- Judges what a workload does by what it has to do.
local function judge(value, port, need, ctx)
  local also = { { port.value.place, "this Service's port declares " .. port.value.protocol } }
  local protocol = port.value.protocol
  if need.fail and not value.fails then
    ctx:fail(value.stop_at, { also = also }, "the pods serve %s: preStop has to fail the proxy's health check first, "
      .. "and then sleep %d s", protocol, need.sleep)
  elseif value.sleep < need.sleep then
    ctx:fail(value.stop_at, { also = also }, "the pods serve %s: preStop has to sleep %d s until nobody sends them "
      .. "anything, but takes %s s", protocol, need.sleep, value.sleep)
  end
  if value.grace < need.grace then
    ctx:fail(value.grace_at, { also = also }, "the pods serve %s: they need a grace period of %d s, not %s s", protocol,
      need.grace, value.grace)
  end
end

return rule {
  title = "Pods of the mesh are drained before they stop",
  level = "warn",
  apart = "scope",
  witness = { "v1/Service" },
  params = {
    grpc_sleep = param("integer", 30, "seconds that preStop sleeps at least where pods serve gRPC"),
    grpc_grace = param("integer", 60, "seconds of the grace period there"),
    http_sleep = param("integer", 30, "seconds that preStop sleeps at least where pods serve other HTTP"),
    http_grace = param("integer", 75, "seconds of the grace period there"),
    http_fails_health_check = param("boolean", true,
      "where pods serve other HTTP, preStop makes the proxy's health check fail before it sleeps"),
    assume_mesh = param("boolean", false,
      "count the namespace as in the mesh whatever its labels say: one that comes next, or whose labels nobody knows"),
  },
  why = [[
    A pod that is told to end is still in the lists of the proxies that call it, for some seconds, and clients hold
    connections open to it. If it stops at once, their requests fail. Clients of gRPC leave by themselves once the pod
    is out of the lists, when there is time for it. Those of HTTP keep their connections until the proxy closes them,
    which it does once its health check fails: from then on it answers with `Connection: close`.]],
  fix = [[
    For gRPC: preStop `sleep 30` and terminationGracePeriodSeconds 60. For HTTP: preStop
    `curl -sX POST localhost:15000/healthcheck/fail; sleep 30` and 75.]],
  links = { "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination" },

  collect = {
    ["v1/Service"] = served.service,
    ["workload"] = function(doc, ctx)
      local pod = k8s.pod_template(doc, ctx)
      if not pod or not mesh.has_sidecar(pod, ctx, ctx.params.assume_mesh) then return end
      local value = ending(pod)
      if value then served.workload(doc, ctx, pod, value) end
    end,
  },

  join = function(key, facts, ctx)
    if not served.is_workload(key) then return end
    for workload in each(facts) do
      local port, need = needs(families(served.ports(workload, ctx, key[1])), workload.params)
      if port then judge(workload.value, port, need, ctx) end
    end
  end,

  examples = {
    pass { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: mesh}
      spec: {selector: {app: a}, ports: [{port: 80, name: grpc}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: a, namespace: mesh}
      spec:
        template:
          metadata: {labels: {app: a}}
          spec:
            terminationGracePeriodSeconds: 60
            containers: [{name: log}, {name: a, lifecycle: {preStop: {sleep: {seconds: 30}}}}]
    ]] },
    fail { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], count = 2, line = 12, column = 11, message = "the pods serve GRPC: they need a grace period of 60 s, not 30 s", [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: mesh}
      spec: {selector: {app: a}, ports: [{port: 80, name: grpc}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: a, namespace: mesh}
      spec:
        template:
          metadata: {labels: {app: a}}
          spec: {containers: [{name: a}]}
    ]] },
    pass { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: mesh}
      spec: {selector: {app: a}, ports: [{port: 80, name: http}, {port: 81, name: grpc}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: a, namespace: mesh, labels: {app: a}}
      spec:
        terminationGracePeriodSeconds: 75
        containers:
          - name: a
            lifecycle: {preStop: {exec: {command: [sh, -c, "wget -qO- --post-data= localhost:15000/healthcheck/fail; sleep 30"]}}}
    ]] },
    -- what is enough for gRPC is not for HTTP; nor is a sleep before the health check fails
    fail { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], count = 3, line = 10, message = "they need a grace period of 75 s, not 60 s", [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: mesh}
      spec: {selector: {app: a}, ports: [{port: 80, name: http}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: a, namespace: mesh, labels: {app: a}}
      spec:
        terminationGracePeriodSeconds: 60
        containers: [{name: a, lifecycle: {preStop: {sleep: {seconds: 30}}}}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: b, namespace: mesh, labels: {app: a}}
      spec:
        terminationGracePeriodSeconds: 90
        containers:
          - name: a
            lifecycle: {preStop: {exec: {command: [sh, -c, "sleep 40; curl -X POST localhost:15000/healthcheck/fail"]}}}
    ]] },
    fail { params = { http_fails_health_check = false, http_sleep = 5, http_grace = 30, assume_mesh = true }, line = 11,
      message = "the pods serve HTTP2: preStop has to sleep 5 s until nobody sends them anything, but takes 0 s", [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: a}
      spec: {selector: {app: a}, ports: [{port: 80, name: b, appProtocol: http2, targetPort: web}]}
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: a, namespace: a}
      spec:
        template:
          {metadata: {labels: {app: a}}, spec: {containers: [{name: a, ports: [{name: web, containerPort: 80}]}]}}
    ]] },
    -- TCP, nobody's servers, another namespace's Service, a gateway, not in the mesh
    pass { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: mesh}
      spec: {selector: {app: a}, ports: [{port: 80, name: tcp}, {port: 81, name: web}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: b, namespace: other}
      spec: {selector: {app: a}, ports: [{port: 80, name: http}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: c, namespace: mesh}
      spec: {selector: {app: gateway}, ports: [{port: 80, name: http}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: a, namespace: mesh, labels: {app: a}}
      spec: {containers: [{name: a}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: c, namespace: mesh, labels: {app: gateway}}
      spec: {containers: [{name: istio-proxy, image: auto}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: b, namespace: other, labels: {app: a}}
      spec: {containers: [{name: a}], initContainers: [{name: b, restartPolicy: Always, ports: [{name: b, containerPort: 1}]}]}
    ]] },
  },
}
