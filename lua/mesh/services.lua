-- The Services of a namespace in front of each of its workloads, for rules about several Services for one pod.
local istio = require "istio"
local k8s = require "k8s"
local pods = require "mesh/pods"
local small = require "mesh/small"
local services = {}

-- More ports than these in one Service are not looked at.
local MANY = 60

--- Notes the ports of a Service with a selector: each with `number`, `protocol`, `target` (a number or a name) and
--- `at`.
function services.note(service, ctx)
  local selector = k8s.selector(service)
  local labels = selector and small.map(selector.matchLabels)
  if not labels or count(labels) == 0 then return end
  for port, i in each(service.spec.ports) do
    local number, target = num(port.port), port.targetPort
    if type(target) ~= "number" and not small.is_name(target) then target = number end
    if target == 0 then target = number end
    if number and i <= MANY then
      ctx:emit(ctx.scope, { service = labels, number = number, target = target, at = at(port, "port"),
        headless = istio.headless(service) or nil,
        protocol = string.upper(string.sub(str(port.protocol, "TCP"), 1, 10)) })
    end
  end
end

--- Notes a workload of the mesh with the numbers of its named ports.
function services.workload(doc, ctx)
  local value = pods.may_be_in_mesh(doc, ctx) and pods.value(doc, ctx)
  local template = value and k8s.pod_template(doc, ctx)
  if not template or template.metadata.labels["gateway.istio.io/managed"] == "istio.io-mesh-controller" then return end
  value.ports = {}
  for container in k8s.containers(template.spec) do
    for port, i in each(container.ports) do
      local name = port.name
      if i <= MANY and small.is_name(name) and #name <= 15 then value.ports[name] = num(port.containerPort) end
    end
  end
  ctx:emit(ctx.scope, value)
end

--- Whether two facts of services.note are of one Service.
function services.is_same(a, b) return a.resource.name == b.resource.name end

--- Calls visit(a, b, workload, resolve) for each two ports of different Services that select one workload;
--- resolve(port) is the number that the port leads to on it, or the name where it has none.
function services.each_pair(facts, visit)
  local select = pods.index(facts, "service")
  for workload in each(facts) do
    local selected = workload.value.pod and select(workload) or {}
    local function resolve(port)
      local target = port.value.target
      return type(target) == "string" and workload.value.ports[target] or target
    end
    for i, a in ipairs(selected) do
      for j = i + 1, #selected do
        if not services.is_same(a, selected[j]) then visit(a, selected[j], workload, resolve) end
      end
    end
  end
end

return services
