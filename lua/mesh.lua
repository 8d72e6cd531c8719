-- Which pods are in the mesh, and how their proxy starts and ends: from labels, annotations and the pod template, as
-- Istio's injection webhook and its template decide (istio 1.32, manifests/charts/istio-control/istio-discovery).
local istio = require "istio"
local k8s = require "k8s"

local mesh = {}

--- The version of Istio that the policy's `vars.istio_version` names, as a text; nil, for today, without it. Raises
-- where the variable is no text: 1.20 without quotes is the number 1.2.
function mesh.version(ctx)
  local version = ctx.vars.istio_version
  if version == nil then return nil end
  if type(version) ~= "string" then
    error("vars: istio_version needs quotes (\"1.20\"): without them 1.20 is the number 1.2", 0)
  end
  if not re.test(version, "^[0-9]+\\.[0-9]+") then
    error("vars: istio_version is written like \"1.4\", not \"" .. version .. "\"", 0)
  end
  return version
end

--- Whether the policy's mesh is of a version before `version` ("1.6").
function mesh.before(ctx, version)
  local own = mesh.version(ctx)
  return own ~= nil and k8s.compare_versions(own, version) == -1
end

-- A label's value as text: an unquoted true is what its author meant by "true".
local function label(map, key)
  local value = map[key]
  if type(value) == "boolean" then return tostring(value) end
  return str(value)
end

--- What the labels of a namespace say: "sidecar" (istio-injection=enabled, or a revision), "ambient", "off"
-- (istio-injection has another value, which wins over a revision) or "none".
function mesh.namespace(labels)
  local injection = label(labels, "istio-injection")
  if injection == "enabled" then return "sidecar" end
  local revision = label(labels, "istio.io/rev")
  if not injection and revision and revision ~= "" then return "sidecar" end
  if label(labels, "istio.io/dataplane-mode") == "ambient" then return "ambient" end
  return injection and "off" or "none"
end

--- Whether pods of the template have a sidecar: their template holds it, or it is added. Where nobody knows the labels
-- of the namespace, those have one whose own label asks for it. With `assume` the namespace counts as one that asks
-- for sidecars, whatever its labels say.
function mesh.has_sidecar(pod, ctx, assume)
  local namespace = ctx.namespace
  if assume then
    namespace = { name = namespace.name, known = true, labels = { ["istio-injection"] = "enabled" } }
  end
  local answer = istio.in_mesh(pod, namespace, { version = mesh.version(ctx) })
  if answer == nil then return label(pod.metadata.labels, "sidecar.istio.io/inject") == "true" end
  return answer
end

--- Whether the injector is asked for pods of the template, whatever proxy the template holds; nil where nobody knows.
function mesh.is_injected(pod, ctx)
  local bare = { metadata = pod.metadata, spec = { hostNetwork = pod.spec.hostNetwork } }
  return (istio.in_mesh(bare, ctx.namespace, { version = mesh.version(ctx) }))
end

--- Whether the proxy runs as a native sidecar, which starts before the application and ends after it: by the
-- template, by an annotation, or by `default` for the mesh. Istio has them since 1.19.
function mesh.is_native(pod, ctx, default)
  local container, kind = istio.proxy_container(pod.spec)
  if container then return kind == "sidecar" end
  if mesh.before(ctx, "1.19") then return false end
  local own = label(pod.metadata.annotations, "sidecar.istio.io/nativeSidecar")
  if own then return own == "true" end
  return default
end

-- One setting of the annotation's YAML or JSON, as text. Lines behind a # do not count.
local function setting(text, name)
  local found = re.match(text, "(?m)^[^#\n]*?\\b" .. name .. "[\"']?\\s*:\\s*[\"']?([A-Za-z0-9.]+)")
  return found
end

--- What the pod's annotation proxy.istio.io/config sets: `hold` (holdApplicationUntilProxyStarts, nil where it says
-- nothing), `exit_on_zero` (EXIT_ON_ZERO_ACTIVE_CONNECTIONS) and `drain` (terminationDrainDuration, seconds).
function mesh.proxy_config(pod)
  local text = str(pod.metadata.annotations["proxy.istio.io/config"])
  if not text then return {} end
  local hold = setting(text, "holdApplicationUntilProxyStarts")
  local exit = setting(text, "EXIT_ON_ZERO_ACTIVE_CONNECTIONS")
  return {
    hold = hold and hold == "true",
    exit_on_zero = exit and string.lower(exit) == "true",
    drain = k8s.duration(setting(text, "terminationDrainDuration")),
  }
end

--- A command as one line of text: `command` and `args` of a container, or `command` of a probe.
function mesh.command_line(...)
  local words = {}
  for i = 1, select("#", ...) do
    for word in each((select(i, ...))) do
      if type(word) ~= "table" then table.insert(words, tostring(word)) end
    end
  end
  return table.concat(words, " ")
end

-- of sleep
local UNITS = { h = 3600, m = 60, s = 1 }

--- The seconds that the container's preStop is sure to take, 0 without one: `sleep.seconds`, or every `sleep N` of
-- its command (one in a loop counts once). Second: whether it makes the proxy's health check fail.
function mesh.pre_stop(container)
  local hook = container.lifecycle.preStop
  if type(hook) ~= "table" then return 0, false end
  local text = mesh.command_line(hook.exec.command)
  local total, from = num(hook.sleep.seconds, 0), 1
  while true do
    local start, stop = re.find(text, "\\bsleep\\s+[0-9.]+[smh]?", from)
    if not start then break end
    local number, unit = re.match(string.sub(text, start, stop), "([0-9]+(?:\\.[0-9]+)?)([smh]?)$")
    if number then total = total + tonumber(number) * (UNITS[unit] or 1) end
    from = stop + 1
  end
  return total, string.find(text, "healthcheck/fail") ~= nil
end

--- The longest preStop of the template's containers, which all run at once; second: the container it is of.
function mesh.longest_pre_stop(pod)
  local longest, of = 0, nil
  for container in each(pod.spec.containers) do
    local seconds = mesh.pre_stop(container)
    if seconds > longest then longest, of = seconds, container end
  end
  return longest, of
end

--- The seconds between the request to end and the kill: terminationGracePeriodSeconds, or `default` (30 where it is
-- nil).
function mesh.grace_period(pod, default)
  return num(pod.spec.terminationGracePeriodSeconds, default or 30)
end

--- Whether the document belongs to a namespace that one of `globs` names, and so to the platform.
function mesh.is_platform(ctx, globs)
  for pattern in each(globs) do
    if ctx.namespace.name and glob(pattern, ctx.namespace.name) then return true end
  end
  return false
end

--- Whether a VirtualService is for the sidecars of the mesh: it names no gateway, or `mesh` among them.
function mesh.binds_mesh(service)
  if count(service.spec.gateways) == 0 then return true end
  for gateway in each(service.spec.gateways) do
    if gateway == "mesh" then return true end
  end
  return false
end

return mesh
