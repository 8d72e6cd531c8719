local istio = require "istio"
local k8s = require "k8s"
local mesh = require "mesh"

local function set(list)
  local result = {}
  for number in each(list) do result[number] = true end
  return result
end

local function check_service(service, ctx)
  local reserved = set(ctx.params.service_ports)
  for port in each(service.spec.ports) do
    local target = typeof(port, "targetPort") == "missing" and port.port or port.targetPort
    if reserved[num(port.port, 0)] and istio.is_http(istio.protocol(port, mesh.version(ctx))) then
      ctx:fail(at(port, "port"), "port %d belongs to the proxy: sidecars get no listener for this Service", port.port)
    elseif reserved[num(target, 0)] then
      ctx:fail(at(port, typeof(port, "targetPort") == "missing" and "port" or "targetPort"),
        "target port %d belongs to the proxy: it never reaches a pod with a sidecar", target)
    end
  end
end

local function check_pod(pod, ctx)
  local reserved = set(ctx.params.container_ports)
  for container in each(pod.spec.containers) do
    for port in each(container.name ~= "istio-proxy" and container.ports) do
      if reserved[num(port.containerPort, 0)] then
        ctx:fail(at(port, "containerPort"), "port %d belongs to the proxy of the pod: container %s cannot have it",
          port.containerPort, container.name)
      end
    end
  end
end

return rule {
  title = "Nothing uses the ports of the proxy",
  level = "error",
  kinds = { "v1/Service", "workload" },
  params = {
    service_ports = param("list of integer", { 15001, 15006, 15021, 15090 },
      "ports that a Service has neither as an HTTP port nor as a target port"),
    container_ports = param("list of integer", { 15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090 },
      "ports that no container of a pod with a sidecar listens on"),
  },
  why = [[
    The proxy listens on these ports itself. An HTTP Service on one of them gets no listener in any sidecar, a target
    port that is one gets none in its own, and a container that wants one cannot start. istiod only logs it.]],
  fix = [[Choose another number; the proxy has those from 15000 to 15090.]],
  links = { "https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio" },

  check = function(doc, ctx)
    if istio.is_exempt(doc, ctx.namespace.name) then return end
    if ctx.resource.kind == "Service" and ctx.resource.group == "" then
      check_service(doc, ctx)
      return
    end
    local pod = k8s.pod_template(doc, ctx)
    if pod and mesh.has_sidecar(pod, ctx) then check_pod(pod, ctx) end
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec: {ports: [{name: tcp-a, port: 15001, targetPort: 80}, {name: http, port: 80, targetPort: web}]}
    ]] },
    fail { line = 6, count = 2, message = "port 15090 belongs to the proxy: sidecars get no listener", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec:
        ports:
          - {name: http, port: 15090, targetPort: 80}
          - {name: tcp, port: 80, targetPort: 15021}
    ]] },
    -- the gateways that Istio brings along
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: istio-ingressgateway, labels: {istio: ingressgateway}}
      spec: {ports: [{name: status-port, port: 15021}]}
    ]] },
    fail { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], line = 9, message = "container echo cannot have it", [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: mesh}
      spec:
        template:
          spec:
            containers:
              - name: echo
                ports: [{containerPort: 15020}]
    ]] },
    pass { [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: other}
      spec: {containers: [{name: echo, ports: [{containerPort: 15020}]}]}
    ]] },
  },
}
