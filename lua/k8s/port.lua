-- Ports of containers and Services, by name or number, and probes.
local workload = require "k8s/workload"
local k8s = {}

-- The protocol of a port: TCP where nothing is said.
local function protocol_of(port)
  return str(port.protocol, "TCP")
end

-- The entry of a container's ports with that name or number; `protocol` nil: any.
local function find_port(container, port, protocol)
  local field = type(port) == "string" and "name" or "containerPort"
  for entry in each(container.ports) do
    if entry[field] == port and (protocol == nil or protocol_of(entry) == protocol) then return entry end
  end
  return nil
end

--- The entry of `ports` that declares a port, given by name or number, in a pod spec, and the container that it is
--- in. Containers are looked at before sidecars, others not at all. `protocol` is "TCP" where it is nil. nil where
--- no container declares it.
--- Example:
---   local spec = { containers = { { name = "app", ports = { { name = "http", containerPort = 8080 } } } } }
---   local entry, container = k8s.container_port(spec, "http")
---   entry.containerPort, container.name             --> 8080, "app"
---   k8s.container_port(spec, 8080).name             --> "http"
---   k8s.container_port(spec, "http", "UDP")         --> nil
---   k8s.container_port(spec, "grpc")                --> nil
function k8s.container_port(spec, port, protocol)
  protocol = str(protocol, "TCP")
  if type(port) ~= "string" and type(port) ~= "number" then return nil end
  for _, wanted in ipairs { "container", "sidecar" } do
    for container, kind in workload.containers(spec) do
      local entry = kind == wanted and find_port(container, port, protocol)
      if entry then return entry, container end
    end
  end
  return nil
end

--- The number of the port on the pods of `spec` that `port`, an item of a Service's `spec.ports`, leads to: its
--- targetPort, by number or by name, or its own port where it has none. nil where it is a name that no container
--- declares with the same protocol (or `spec` is nil). A number need not be declared.
--- Example:
---   local spec = { containers = { { name = "app", ports = { { name = "http", containerPort = 8080 } } } } }
---   k8s.target_port({ port = 80, targetPort = "http" }, spec)  --> 8080
---   k8s.target_port({ port = 80, targetPort = 8081 }, spec)    --> 8081
---   k8s.target_port({ port = 80 }, spec)                       --> 80
---   k8s.target_port({ port = 80, targetPort = "grpc" }, spec)  --> nil
function k8s.target_port(port, spec)
  local target = port.targetPort
  if target == nil or target == 0 or target == "" then return num(port.port) end
  if type(target) == "number" then return target end
  return num(k8s.container_port(spec, target, protocol_of(port)).containerPort)
end

local PROBES = { "startupProbe", "readinessProbe", "livenessProbe" }

--- Walks the probes of a container: each step gives the probe (the document's own table) and its field.
--- Example:
---   local container = { livenessProbe = { exec = {} }, readinessProbe = { grpc = {} } }
---   for probe, field in k8s.probes(container) do print(field, k8s.probe_kind(probe)) end
---   --> readinessProbe grpc
---   --> livenessProbe exec
function k8s.probes(container)
  local at_field = 0
  return function()
    while at_field < #PROBES do
      at_field = at_field + 1
      local field = PROBES[at_field]
      if type(container[field]) == "table" then return container[field], field end
    end
    return nil
  end
end

--- How a probe looks: "httpGet", "tcpSocket", "grpc" or "exec"; nil where it says none of them. Handlers of
--- `lifecycle` answer too.
--- Example:
---   k8s.probe_kind({ httpGet = { port = 80 } })  --> "httpGet"
---   k8s.probe_kind({ periodSeconds = 1 })        --> nil
function k8s.probe_kind(probe)
  for _, kind in ipairs { "httpGet", "tcpSocket", "grpc", "exec" } do
    if type(probe[kind]) == "table" then return kind end
  end
  return nil
end

--- The number of the port that a probe of `container` asks; a name is looked up among the container's ports. nil
--- where it asks none, or a name that the container does not declare.
--- Example:
---   local container = { ports = { { name = "http", containerPort = 8080 } } }
---   k8s.probe_port({ httpGet = { port = "http" } }, container)   --> 8080
---   k8s.probe_port({ tcpSocket = { port = 9 } }, container)      --> 9
---   k8s.probe_port({ httpGet = { port = "admin" } }, container)  --> nil
---   k8s.probe_port({ exec = {} }, container)                     --> nil
function k8s.probe_port(probe, container)
  local kind = k8s.probe_kind(probe)
  local port = kind and probe[kind].port
  if type(port) == "string" then return num(find_port(container, port).containerPort) end
  return num(port)
end

--- How many seconds a container may fail a probe from its start until Kubernetes acts: the delay, and one period for
--- each failure, with Kubernetes' defaults (0, 10 and 3) for what the probe leaves out.
--- Example:
---   k8s.probe_seconds({ initialDelaySeconds = 5, periodSeconds = 2, failureThreshold = 10 })  --> 25
---   k8s.probe_seconds({})  --> 30
function k8s.probe_seconds(probe)
  local function setting(field, default)
    local value = num(probe[field], 0)
    return value > 0 and value or default
  end
  return setting("initialDelaySeconds", 0) + setting("periodSeconds", 10) * setting("failureThreshold", 3)
end

return k8s
