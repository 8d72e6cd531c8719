-- Which Services lead to which workloads. For rules across documents: their `collect` notes both, their `join` is called
-- for each workload and asks for the ports of the Services that select its pods.
local istio = require "istio"
local k8s = require "k8s"
local mesh = require "mesh"

local served = {}

-- bytes of labels and of names of ports that are kept, so that a fact stays small
local MOST = 1500

--- Notes the ports of a Service, each as a fact under the key of its selector: `number`, `target` (a number or a name),
--- `transport` (TCP, UDP), `protocol` (nil: left to detection) and `place`.
function served.service(service, ctx)
  local selector = k8s.selector(service)
  local key = k8s.selector_key(selector)
  if not key or #key > MOST or istio.external_name(service) then return end
  local labels, size = {}, 0
  for name, value in pairs(selector.matchLabels) do
    labels[name], size = value, size + #name + #value
  end
  for port in each(size <= MOST and service.spec.ports) do
    local number = num(port.port)
    local target = port.targetPort
    if target == nil or target == 0 or target == "" or type(target) ~= "number" and type(target) ~= "string" then
      target = number
    end
    if number and (type(target) == "number" or #target < 64) then
      ctx:emit({ ctx.scope, "service", key }, {
        selector = { matchLabels = labels }, number = number, target = target, transport = port.protocol == "UDP" and "UDP"
          or "TCP", protocol = istio.protocol(port, mesh.version(ctx)), place = at(port, "name"),
      })
    end
  end
end

-- Labels with values that selectors can match, as many as are kept.
local function labels_of(pod)
  local labels, size = {}, 0
  for name, value in pairs(pod.metadata.labels) do
    if type(name) == "string" and type(value) == "string" then
      size = size + #name + #value
      if size > MOST then break end
      labels[name] = value
    end
  end
  return labels
end

-- The numbers of the ports of the containers by name, as many as are kept.
local function names_of(pod)
  local names, size = {}, 0
  for container, kind in k8s.containers(pod.spec) do
    for port in each((kind == "container" or kind == "sidecar") and container.ports) do
      local name, number = str(port.name), num(port.containerPort)
      if name and number and size + #name < MOST then
        size = size + #name
        names[name] = names[name] or number
      end
    end
  end
  return names
end

--- Notes a workload with what the rule wants to know of it in `value`, a table that gets `labels` and `names` too.
function served.workload(doc, ctx, pod, value)
  value.labels, value.names = labels_of(pod), names_of(pod)
  local name = ctx.resource.name or ctx.file.path .. ":" .. ctx.document.index
  ctx:emit({ ctx.scope, "workload", ctx.resource.kind, name }, value)
end

--- In a join: whether the key is that of a workload.
function served.is_workload(key)
  return type(key) == "table" and key[2] == "workload"
end

--- The facts of the ports of Services that select the pods of a workload, in the order of their files, each with the
--- port of the pods that it leads to: a list of { fact, target }. target is nil where it is a name that no container has.
function served.ports(workload, ctx, scope)
  local value, list = workload.value, {}
  for key in each(k8s.label_keys(value.labels)) do
    for fact in each(ctx:facts({ scope, "service", key })) do
      if k8s.selects(fact.value.selector, value.labels) then
        local target = fact.value.target
        if type(target) == "string" then target = value.names[target] end
        table.insert(list, { fact = fact, target = target })
      end
    end
  end
  return list
end

return served
