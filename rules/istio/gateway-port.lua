local k8s = require "k8s"
local pods = require "mesh/pods"
local small = require "mesh/small"

-- The ports on which a Service takes TCP, and those to which it leads: numbers, as a list. A name is not looked up: the
-- port of the Service itself then stands for it.
local function ports_of(service)
  local list = {}
  for port in each(service.spec.ports) do
    if str(port.protocol, "TCP") == "TCP" then
      table.insert(list, num(port.port, 0))
      table.insert(list, num(port.targetPort, 0))
    end
  end
  return small.list(list)
end

-- The Services that select pods of the Gateway, and whether there are such pods.
local function services_for(selector, facts, ctx)
  local list, seen, any = {}, {}, false
  for pod in each(facts) do
    local scope = pod.value.pod and pods.selects(selector, pod) and pod.scope
    for service in each(scope and ctx:facts(scope)) do
      local id = service.file .. ":" .. service.resource.document
      if not seen[id] and pods.selects(service.value.service, pod) then
        seen[id] = true
        table.insert(list, service)
      end
    end
    any = any or scope ~= nil and scope ~= false
  end
  return list, any
end

return rule {
  title = "The ports of a Gateway are ports of its Service",
  level = "warn",
  witness = { "workload", "v1/Service" },
  why = [[
    A Gateway opens a port on its pods, but clients come through the Service in front of them. A port that no such
    Service has is reached by nobody. Services of which the repository has none, and pods too, are not judged.]],
  fix = [[
    Add the port to the Service of the gateway's pods, as `port` or `targetPort`, or take one that it has.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0162/" },
  aka = { "IST0162" },

  collect = {
    workload = pods.anywhere,
    ["v1/Service"] = function(service, ctx)
      local selector, ports = k8s.selector(service), ports_of(service)
      local labels = selector and small.map(selector.matchLabels)
      if labels and ports then
        ctx:emit(ctx.scope, { service = labels, ports = ports, at = at(service, "metadata", "name") })
      end
    end,
    ["networking.istio.io/Gateway"] = function(gateway, ctx)
      local selector = pods.selector(gateway)
      local key = selector and pods.key(selector)
      for server in each(key and gateway.spec.servers) do
        if num(server.port.number) then
          ctx:emit(key, { selector = selector, number = server.port.number, at = at(server.port, "number") })
        end
      end
    end,
  },

  join = function(_, facts, ctx)
    for fact in each(facts) do
      local number = fact.value.number
      local services, any = {}, false
      if number then services, any = services_for(fact.value.selector, facts, ctx) end
      local found, places = false, {}
      for _, service in ipairs(services) do
        found = found or small.has(service.value.ports, number)
        table.insert(places, { service.value.at, "a Service of its pods" })
      end
      if any and #services > 0 and not found then
        ctx:fail(fact.value.at, { also = places }, "no Service of the gateway's pods has port %d", number)
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: a, namespace: team-a}
      spec: {selector: {istio: in}, servers: [{port: {number: 80}}, {port: {number: 8080}}, {port: {number: 443}}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: b, namespace: team-a}
      spec: {selector: {istio: elsewhere}, servers: [{port: {number: 80}}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: gateway, namespace: ingress}
      spec: {template: {metadata: {labels: {istio: in}}}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: gateway, namespace: ingress}
      spec:
        selector: {istio: in}
        ports: [{port: 80, targetPort: 8080, protocol: TCP}, {port: 443, targetPort: https}]
    ]] },
    -- UDP, and a Service of another namespace
    fail { line = 4, column = 57, count = 1, message = "no Service of the gateway's pods has port 8443", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: a, namespace: team-a}
      spec: {selector: {istio: in}, servers: [{port: {number: 8443}}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: gateway, namespace: ingress}
      spec: {template: {metadata: {labels: {istio: in}}}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: gateway, namespace: ingress}
      spec: {selector: {istio: in}, ports: [{port: 443}, {port: 8443, protocol: UDP}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: gateway, namespace: team-a}
      spec: {selector: {istio: in}, ports: [{port: 8443}]}
    ]] },
  },
}
