-- Which pods are in the mesh, and how their proxy starts and ends: from labels, annotations and the pod template, as
-- Istio's injection webhook and its template decide (istio 1.32, manifests/charts/istio-control/istio-discovery).
local istio = require "istio"

local mesh = {}

local function version_number(text)
  local parts = string.split(text, ".")
  local major, minor = tonumber(parts[1]), tonumber(parts[2] or "0")
  if not major or not minor then
    error("vars: istio_version is written like \"1.4\", not \"" .. text .. "\"", 0)
  end
  return major * 1000 + minor
end

--- Whether the policy's `vars.istio_version` names a version before `version` ("1.6"). Without that variable the
-- mesh is of today. Raises where the variable is no text: 1.20 without quotes is the number 1.2.
function mesh.before(ctx, version)
  local own = ctx.vars.istio_version
  if own == nil then return false end
  if type(own) ~= "string" then
    error("vars: istio_version needs quotes (\"1.20\"): without them 1.20 is the number 1.2", 0)
  end
  return version_number(own) < version_number(version)
end

--- The protocol of a Service's port as istio.protocol answers, in the version that the policy names: before 1.6
-- appProtocol was not read, and before 1.3 what declares nothing was TCP.
function mesh.protocol(port, ctx)
  if not mesh.before(ctx, "1.6") then return istio.protocol(port) end
  local old = { protocol = port.protocol, name = port.name, port = port.port }
  local protocol, where = istio.protocol(old)
  if mesh.before(ctx, "1.3") and (protocol == nil or protocol == "UDP" and old.protocol ~= "UDP") then
    return "TCP", "nothing"
  end
  return protocol, where
end

--- The protocol that a ServiceEntry, Gateway or Sidecar names for a port: the whole text, in any case; "" where the
-- text is empty or missing, nil where it is none.
function mesh.named_protocol(text)
  if text == nil or text == "" then return "" end
  if type(text) ~= "string" then return nil end
  -- the prefix rule is for names of Service ports only
  if string.find(text, "-") and string.lower(text) ~= "grpc-web" then return nil end
  return (istio.declared({ name = text }))
end

local HTTP = { HTTP = true, HTTP2 = true, HTTP_PROXY = true, GRPC = true, ["GRPC-Web"] = true }

--- Whether `protocol` is one of HTTP's family, whose ports share one listener across the mesh.
function mesh.is_http(protocol)
  return HTTP[protocol] == true
end

-- A label's value as text: an unquoted true is what its author meant by "true".
local function label(map, key)
  local value = map[key]
  if type(value) == "boolean" then return tostring(value) end
  if type(value) == "string" then return value end
  return nil
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

local IGNORED = {
  ["kube-system"] = true, ["kube-public"] = true, ["kube-node-lease"] = true, ["local-path-storage"] = true,
}

--- Whether istiod leaves the namespace alone, whatever its labels.
function mesh.is_ignored(name)
  return IGNORED[name] == true
end

-- Whether the webhook is asked about a pod at all; `own` is the pod's label for injection.
local function is_asked(labels, own, revision)
  local injection = label(labels, "istio-injection")
  if injection then return injection == "enabled" and own ~= "false" end
  if label(labels, "istio.io/rev") then return own ~= "false" end
  if revision then return own ~= "false" end
  return own == "true"
end

--- Whether the webhook adds a proxy to pods of the template `pod`. With `assume`, a namespace whose labels nobody
-- knows counts as labelled.
function mesh.is_injected(pod, ctx, assume)
  local namespace = ctx.namespace
  if pod.spec.hostNetwork == true or mesh.is_ignored(namespace.name) then return false end
  local metadata = pod.metadata
  local own = label(metadata.labels, "sidecar.istio.io/inject")
  local labels = namespace.labels
  if assume and not namespace.known then labels = { ["istio-injection"] = "enabled" } end
  if not is_asked(labels, own, label(metadata.labels, "istio.io/rev")) then return false end
  return (own or label(metadata.annotations, "sidecar.istio.io/inject")) ~= "false"
end

--- Whether pods of the template have a sidecar: their template holds it, or it is added.
function mesh.has_sidecar(pod, ctx, assume)
  return mesh.proxy_container(pod) ~= nil or mesh.is_injected(pod, ctx, assume)
end

--- The container istio-proxy that the template itself holds; second: whether it is a native sidecar (an init
-- container that goes on).
function mesh.proxy_container(pod)
  for container in each(pod.spec.containers) do
    if container.name == "istio-proxy" then return container, false end
  end
  for container in each(pod.spec.initContainers) do
    if container.name == "istio-proxy" then return container, container.restartPolicy == "Always" end
  end
  return nil
end

--- Whether the proxy runs as a native sidecar, which starts before the application and ends after it: by the
-- template, by an annotation, or by `default` for the mesh. Istio has them since 1.19.
function mesh.is_native(pod, ctx, default)
  local container, native = mesh.proxy_container(pod)
  if container then return native end
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

local UNITS = { h = 3600, m = 60, s = 1, ms = 0.001 }

--- Seconds of a duration like 45s, 1m30s or 0.5h; nil where `text` is none. A number alone is none.
function mesh.seconds(text)
  if type(text) ~= "string" then return nil end
  local total, at = 0, 1
  while at <= #text do
    local number, unit = re.match(string.sub(text, at), "^([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(ms|h|m|s)")
    if not number then return nil end
    total = total + tonumber(number) * UNITS[unit]
    at = at + #number + #unit
  end
  return at > 1 and total or nil
end

--- What the pod's annotation proxy.istio.io/config sets: `hold` (holdApplicationUntilProxyStarts, nil where it says
-- nothing), `exit_on_zero` (EXIT_ON_ZERO_ACTIVE_CONNECTIONS) and `drain` (terminationDrainDuration, seconds).
function mesh.proxy_config(pod)
  local text = str(pod.metadata.annotations["proxy.istio.io/config"], "")
  local hold = setting(text, "holdApplicationUntilProxyStarts")
  local exit = setting(text, "EXIT_ON_ZERO_ACTIVE_CONNECTIONS")
  return {
    hold = hold and hold == "true",
    exit_on_zero = exit and string.lower(exit) == "true",
    drain = mesh.seconds(setting(text, "terminationDrainDuration")),
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

--- The seconds between the request to end and the kill: terminationGracePeriodSeconds, 30 where it is not given.
function mesh.grace_period(pod)
  return num(pod.spec.terminationGracePeriodSeconds, 30)
end

--- Whether the document belongs to a namespace that one of `globs` names, and so to the platform.
function mesh.is_platform(ctx, globs)
  for pattern in each(globs) do
    if ctx.namespace.name and glob(pattern, ctx.namespace.name) then return true end
  end
  return false
end

--- The namespaces that a resource is visible in, as its exportTo says: a list of names with "." read as
-- `namespace`, or { "*" } where it says nothing.
function mesh.export_to(list, namespace)
  local result = {}
  for name in each(list) do
    table.insert(result, name == "." and (namespace or ".") or tostring(name))
  end
  if not result[1] then result[1] = "*" end
  return result
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
