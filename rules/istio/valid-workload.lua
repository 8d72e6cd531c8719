local valid = require "mesh/valid"

local PROBE_NUMBERS = {
  "periodSeconds", "initialDelaySeconds", "timeoutSeconds", "successThreshold", "failureThreshold",
}

local function check_entry(entry, ctx)
  local spec = entry.spec
  local address = str(spec.address, "")
  if address == "" and str(spec.network, "") == "" then
    ctx:fail(at(entry, "spec", "address"), "a WorkloadEntry needs an address")
  elseif string.starts_with(address, "unix://") then
    if count(spec.ports) > 0 then ctx:fail(at(spec, "ports"), "the address %s goes without ports", address) end
  elseif address ~= "" and not valid.is_address(address) and valid.domain(address) then
    ctx:fail(at(spec, "address"), "%q is no address and no host", address)
  end
  for name, port in pairs(spec.ports) do
    if not valid.is_label(name) then ctx:fail(at(spec.ports, name), "%q is no name of a port", name) end
    if not valid.is_port(port) then ctx:fail(at(spec.ports, name), "port %s is not between 1 and 65535", port) end
  end
end

local function check_group(group, ctx)
  local probe = group.spec.probe
  if type(group.spec.template) ~= "table" then
    ctx:fail(at(group, "spec", "template"), "a WorkloadGroup needs a template")
  end
  if type(probe) ~= "table" then return end
  valid.tell_negative(ctx, probe, PROBE_NUMBERS)
  for _, key in ipairs { "httpGet", "tcpSocket" } do
    if type(probe[key]) == "table" and not valid.is_port(probe[key].port) then
      ctx:fail(at(probe, key, "port"), "port %s is not between 1 and 65535", probe[key].port)
    end
  end
  if type(probe.exec) == "table" and count(probe.exec.command) == 0 then
    ctx:fail(at(probe, "exec", "command"), "a probe by exec needs a command")
  elseif type(probe.exec or probe.httpGet or probe.tcpSocket or probe.grpc) ~= "table" then
    ctx:fail(probe, "a probe needs httpGet, tcpSocket, exec or grpc")
  end
end

local function check_config(config, ctx)
  valid.selector(ctx, config.spec.selector.matchLabels)
  valid.tell_negative(ctx, config.spec, { "concurrency" })
end

local function check_plugin(plugin, ctx)
  local spec, names = plugin.spec, {}
  local url, sum = str(spec.url, ""), str(spec.sha256, "")
  valid.attachment(ctx, plugin)
  if url == "" then ctx:fail(at(plugin, "spec", "url"), "a WasmPlugin needs a url") end
  local scheme = re.match(url, "^([a-zA-Z][a-zA-Z0-9+.-]*)://")
  if scheme and not re.test(scheme, "^(?:file|https?|oci)$") then
    ctx:fail(at(spec, "url"), "url is of file, http, https or oci, not of %s", scheme)
  end
  if sum ~= "" and not re.test(sum, "^[a-f0-9]{64}$") then
    ctx:fail(at(spec, "sha256"), "sha256 is 64 digits of a-f and 0-9")
  end
  for variable in each(spec.vmConfig.env) do
    local name = str(variable.name, "")
    if name == "" then ctx:fail(at(variable, "name"), "a variable needs a name") end
    if names[name] then ctx:fail(at(variable, "name"), "two variables are named %s", name) end
    names[name] = name ~= ""
    if variable.valueFrom == "HOST" and str(variable.value, "") ~= "" then
      ctx:fail(at(variable, "value"), "variable %s comes from the host: it has no value", name)
    end
  end
  for match in each(spec.match) do
    for port in each(match.ports) do
      if not valid.is_port(port.number) then
        ctx:fail(at(port, "number"), "port %s is not between 1 and 65535", port.number)
      end
    end
  end
end

local CHECKS = {
  WorkloadEntry = check_entry, WorkloadGroup = check_group, ProxyConfig = check_config, WasmPlugin = check_plugin,
}

return rule {
  title = "WorkloadEntry, WorkloadGroup, ProxyConfig and WasmPlugin are ones that istiod takes",
  level = "error",
  kinds = {
    "networking.istio.io/WorkloadEntry", "networking.istio.io/WorkloadGroup", "networking.istio.io/ProxyConfig",
    "extensions.istio.io/WasmPlugin",
  },
  why = [[istiod refuses what it finds wrong here, or, where its webhook is not asked, drops it in silence.]],
  fix = [[Correct what the message names.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0106/" },
  aka = { "IST0106" },

  check = function(doc, ctx) CHECKS[ctx.resource.kind](doc, ctx) end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: vm}
      spec: {address: vm-1.example.com, ports: {http: 8080}}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: WorkloadGroup
      metadata: {name: vm}
      spec: {template: {serviceAccount: vm}, probe: {httpGet: {port: 8080}}}
    ]] },
    pass { [[
      apiVersion: extensions.istio.io/v1alpha1
      kind: WasmPlugin
      metadata: {name: auth}
      spec: {url: oci://registry.example.com/auth:v1, vmConfig: {env: [{name: A, value: b}]}}
    ]] },
    fail { line = 4, count = 2, message = "a WorkloadEntry needs an address", [[
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: vm}
      spec: {ports: {http: 0}}
    ]] },
    fail { line = 4, count = 3, message = "a WorkloadGroup needs a template", [[
      apiVersion: networking.istio.io/v1
      kind: WorkloadGroup
      metadata: {name: vm}
      spec: {probe: {periodSeconds: -1, exec: {}}}
    ]] },
    fail { line = 4, message = "concurrency is negative", [[
      apiVersion: networking.istio.io/v1beta1
      kind: ProxyConfig
      metadata: {name: default}
      spec: {concurrency: -1}
    ]] },
    fail { line = 4, count = 3, message = "url is of file, http, https or oci, not of ftp", [[
      apiVersion: extensions.istio.io/v1alpha1
      kind: WasmPlugin
      metadata: {name: auth}
      spec: {url: "ftp://example.com/a", sha256: abc, vmConfig: {env: [{name: A, valueFrom: HOST, value: b}]}}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: vm}
      spec: {network: other}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: WorkloadGroup
      metadata: {name: vm}
      spec: {template: {serviceAccount: vm}, probe: {exec: {command: [/check]}}}
    ]] },
    fail { line = 4, message = "a selector knows no wildcards", [[
      apiVersion: networking.istio.io/v1beta1
      kind: ProxyConfig
      metadata: {name: default}
      spec: {selector: {matchLabels: {app: "*"}}}
    ]] },
    fail { line = 4, message = "port 0 is not between 1 and 65535", [[
      apiVersion: extensions.istio.io/v1alpha1
      kind: WasmPlugin
      metadata: {name: auth}
      spec: {url: oci://registry.example.com/auth:v1, match: [{ports: [{number: 0}]}]}
    ]] },
  },
}
