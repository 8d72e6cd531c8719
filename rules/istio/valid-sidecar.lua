local valid = require "mesh/valid"

local function check_port(port, ctx)
  if num(port.targetPort, 0) > 0 then ctx:fail(at(port, "targetPort"), "targetPort does nothing on a Sidecar") end
  local name = port.name
  if name ~= nil and name ~= "" and not valid.is_label(name) then
    ctx:fail(at(port, "name"), "%q is no DNS label", name)
  end
  if not valid.is_protocol(port) then ctx:fail(at(port, "protocol"), "protocol %q is none", port.protocol) end
end

-- Tells a port number that another listener has; `seen` holds them.
local function check_unique(listener, seen, ctx)
  local number = listener.port.number
  if math.type(number) ~= "integer" then return end
  if seen[number] then
    ctx:fail(at(listener, "port", "number"), { also = { { at(seen[number], "port"), "the first" } } },
      "two listeners have port %d", number)
  end
  seen[number] = seen[number] or listener
end

local function check_endpoint(listener, ctx)
  local text = str(listener.defaultEndpoint, "")
  if text == "" or string.starts_with(text, "unix://") then return end
  local port = re.match(text, "^(?:127\\.0\\.0\\.1|0\\.0\\.0\\.0|\\[::1?\\])?:([0-9]{1,5})$")
  if not port or not valid.is_port(math.tointeger(tonumber(port))) then
    ctx:fail(at(listener, "defaultEndpoint"),
      "defaultEndpoint is 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, [::]:PORT, :PORT "
      .. "or unix://PATH, not %q", text)
  end
end

local function check_ingress(sidecar, ctx)
  local seen = {}
  for listener in each(sidecar.spec.ingress) do
    if type(listener.port) ~= "table" then
      ctx:fail(at(listener, "port"), "an ingress listener needs a port")
    else
      check_port(listener.port, ctx)
      if not valid.is_port(listener.port.number) then
        ctx:fail(at(listener, "port", "number"), "port number %s is not between 1 and 65535", listener.port.number)
      end
      check_unique(listener, seen, ctx)
    end
    check_endpoint(listener, ctx)
  end
end

local function check_egress(sidecar, ctx)
  local list, seen = sidecar.spec.egress, {}
  for listener, i in each(list) do
    if type(listener.port) == "table" then
      check_port(listener.port, ctx)
      local bind = str(listener.bind, "")
      local socket = string.starts_with(bind, "unix://")
      if num(listener.port.number, 0) == 0 and not socket then
        ctx:fail(at(listener, "port", "number"), "a listener without a port number needs a bind unix://PATH")
      elseif not socket and bind ~= "" and not valid.is_address(bind) then
        ctx:fail(at(listener, "bind"), "bind %q is no address", bind)
      end
      if num(listener.port.number, 0) ~= 0 then
        valid.tell_number(ctx, listener.port, "number", 1, 65535)
        check_unique(listener, seen, ctx)
      end
    elseif i < count(list) then
      ctx:fail(at(list, i), "an egress listener without a port takes the rest: it is the last one")
    end
    if count(listener.hosts) == 0 then ctx:fail(at(listener, "hosts"), "an egress listener needs a host") end
    for _, j in each(listener.hosts) do valid.tell(ctx, listener.hosts, j, valid.namespace_host, false) end
  end
end

return rule {
  title = "A Sidecar is one that istiod takes",
  level = "error",
  kinds = { "networking.istio.io/Sidecar" },
  why = [[istiod refuses what it finds wrong here, or, where its webhook is not asked, drops it in silence.]],
  fix = [[Correct what the message names.]],
  links = {
    "https://istio.io/latest/docs/reference/config/networking/sidecar/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0106/",
  },
  aka = { "IST0106" },

  check = function(sidecar, ctx)
    local spec = sidecar.spec
    if count(spec.egress) + count(spec.ingress) == 0 and spec.outboundTrafficPolicy == nil
      and spec.inboundConnectionPool == nil then
      ctx:fail(at(sidecar, "spec"), "a Sidecar needs egress, ingress, outboundTrafficPolicy or inboundConnectionPool")
    end
    check_ingress(sidecar, ctx)
    check_egress(sidecar, ctx)
    valid.selector(ctx, spec.workloadSelector.labels)
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default}
      spec:
        workloadSelector: {labels: {app: echo}}
        ingress: [{port: {number: 9080, protocol: HTTP, name: http}, defaultEndpoint: "127.0.0.1:8080"}]
        egress:
          - {port: {number: 3306, protocol: MYSQL, name: db}, hosts: ["*/db.example.com"]}
          - {hosts: ["./*", istio-system/*, ~/*]}
    ]] },
    fail { line = 4, message = "a Sidecar needs egress", [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default}
      spec: {workloadSelector: {labels: {app: echo}}}
    ]] },
    fail { line = 6, count = 3, message = "host \"echo\" is not of the form", [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default}
      spec:
        egress:
          - {port: {number: 80}, hosts: [echo]}
          - {hosts: ["./*"]}
          - {port: {number: 80}, hosts: ["./*"]}
    ]] },
    fail { line = 5, count = 3, message = "an ingress listener needs a port", [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default}
      spec:
        ingress: [{defaultEndpoint: "10.0.0.1:80"}]
        workloadSelector: {labels: {app: "*"}}
    ]] },
    fail { line = 6, count = 3, message = "targetPort does nothing on a Sidecar", [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default}
      spec:
        egress:
          - {port: {number: 80, targetPort: 8080}, bind: all, hosts: ["./*"]}
          - {port: {number: 0}, bind: 127.0.0.1, hosts: ["./*"]}
          - {port: {number: 0}, bind: unix:///run/a, hosts: ["./*"]}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default}
      spec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default}
      spec: {inboundConnectionPool: {tcp: {maxConnections: 10}}}
    ]] },
  },
}
