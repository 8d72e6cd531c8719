local istio = require "istio"
local valid = require "mesh/valid"

local DNS = { DNS = true, DNS_ROUND_ROBIN = true }

local function check_hosts(spec, ctx)
  if count(spec.hosts) == 0 then ctx:fail(at(spec, "hosts"), "a ServiceEntry needs a host") end
  for host, i in each(spec.hosts) do
    if host == "*" then
      ctx:fail(at(spec.hosts, i), "host * is no host of a ServiceEntry")
    elseif valid.host(host) then
      ctx:fail(at(spec.hosts, i), "host %q %s", host, valid.host(host))
    elseif DNS[spec.resolution] and count(spec.endpoints) == 0 and valid.domain(host) then
      ctx:fail(at(spec.hosts, i), "host %s cannot be resolved: resolution %s needs a full name or endpoints", host,
        spec.resolution)
    elseif spec.resolution == "DYNAMIC_DNS" and not string.starts_with(host, "*.") then
      ctx:fail(at(spec.hosts, i), "resolution DYNAMIC_DNS is for wildcards such as *.example.com")
    end
  end
end

local function check_addresses(spec, ctx)
  for address, i in each(spec.addresses) do
    if not valid.is_range(address) then
      ctx:fail(at(spec.addresses, i), "%q is no address and no address range", address)
    elseif string.find(address, "/") and (DNS[spec.resolution] or spec.resolution == "DYNAMIC_DNS") then
      ctx:fail(at(spec.addresses, i), "an address range goes with resolution NONE or STATIC, not with %s",
        spec.resolution)
    end
  end
end

-- Answers the names of the ports.
local function check_ports(spec, ctx)
  local names, numbers = {}, {}
  for port in each(spec.ports) do
    local name, number = port.name, port.number
    if not valid.is_label(name) then ctx:fail(at(port, "name"), "the name of a port is a DNS label, not %q", name) end
    if not valid.is_port(number) then
      ctx:fail(at(port, "number"), "port number %s is not between 1 and 65535", number)
    end
    if not valid.is_protocol(port) then ctx:fail(at(port, "protocol"), "protocol %q is none", port.protocol) end
    valid.tell_number(ctx, port, "targetPort", 1, 65535)
    if type(name) == "string" and names[name] then ctx:fail(at(port, "name"), "two ports are named %s", name) end
    if math.type(number) == "integer" and numbers[number] then
      ctx:fail(at(port, "number"), "two ports are number %d", number)
    end
    if type(name) == "string" then names[name] = true end
    if math.type(number) == "integer" then numbers[number] = true end
  end
  return names
end

local function check_shared(spec, ctx)
  if count(spec.hosts) < 2 or spec.resolution == nil or spec.resolution == "NONE" then return end
  for port in each(spec.ports) do
    local protocol = istio.port_protocol(port)
    if not istio.is_http(protocol) and protocol ~= "HTTPS" and protocol ~= "TLS" then
      ctx:fail(at(port, "protocol"), "several hosts cannot share a port whose protocol (%s) does not carry the host",
        str(port.protocol, "none"))
      return
    end
  end
end

local function check_endpoints(spec, names, ctx)
  local resolution = str(spec.resolution, "NONE")
  if count(spec.endpoints) > 0 and (resolution == "NONE" or type(spec.workloadSelector) == "table") then
    ctx:fail(at(spec, "endpoints"), "%s goes without endpoints",
      resolution == "NONE" and "resolution NONE" or "a workloadSelector")
  end
  if resolution == "DNS_ROUND_ROBIN" and count(spec.endpoints) > 1 then
    ctx:fail(at(spec, "endpoints"), "resolution DNS_ROUND_ROBIN takes one endpoint")
  end
  for endpoint in each(spec.endpoints) do
    local address = str(endpoint.address, "")
    local socket = string.starts_with(address, "unix://")
    if address == "" and str(endpoint.network, "") == "" then
      ctx:fail(at(endpoint, "address"), "an endpoint needs an address")
    elseif resolution == "STATIC" and address ~= "" and not socket and not valid.is_address(address) then
      ctx:fail(at(endpoint, "address"), "resolution STATIC takes addresses, not %q", address)
    elseif DNS[resolution] and not valid.is_address(address) and valid.domain(address) then
      ctx:fail(at(endpoint, "address"), "%q is no address and no host", address)
    end
    for name in pairs(endpoint.ports) do
      if not names[name] then ctx:fail(at(endpoint.ports, name), "the entry has no port named %s", name) end
    end
  end
end

return rule {
  title = "A ServiceEntry is one that istiod takes",
  level = "error",
  kinds = { "networking.istio.io/ServiceEntry" },
  why = [[istiod refuses what it finds wrong here, or, where its webhook is not asked, drops it in silence.]],
  fix = [[Correct what the message names.]],
  links = {
    "https://istio.io/latest/docs/reference/config/networking/service-entry/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0106/",
  },
  aka = { "IST0106" },

  check = function(entry, ctx)
    if type(entry.spec) ~= "table" then return end
    check_hosts(entry.spec, ctx)
    check_addresses(entry.spec, ctx)
    check_endpoints(entry.spec, check_ports(entry.spec, ctx), ctx)
    check_shared(entry.spec, ctx)
    valid.export_to(ctx, entry, true)
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: api}
      spec:
        hosts: [api.example.com, www.example.com]
        ports: [{number: 443, name: tls, protocol: tls}]
        resolution: DNS
        exportTo: ["~"]
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: db}
      spec:
        hosts: [db.internal]
        addresses: [10.0.0.0/8]
        ports: [{number: 5432, name: tcp}]
        resolution: STATIC
        endpoints: [{address: 10.0.0.1, ports: {tcp: 5433}}]
    ]] },
    fail { line = 5, count = 7, message = "host * is no host", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: db}
      spec:
        hosts: ["*", "*.example.com"]
        addresses: [10.0.0.0/8]
        ports: [{number: 80, name: a, protocol: HTTP}, {number: 80, name: a, protocol: h2}]
        resolution: DNS
    ]] },
    fail { line = 6, count = 2, message = "several hosts cannot share a port", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: db}
      spec:
        hosts: [a.example.com, b.example.com]
        ports: [{number: 5432, name: tcp, protocol: TCP}]
        resolution: STATIC
        endpoints: [{address: a.example.com}]
    ]] },
    fail { line = 7, count = 1, message = "resolution NONE goes without endpoints", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: db}
      spec:
        hosts: [db.example.com]
        ports: [{number: 5432, name: tcp, protocol: TCP}]
        endpoints: [{address: 10.0.0.1}]
    ]] },
    fail { line = 4, message = "a workloadSelector goes without endpoints", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: db}
      spec: {hosts: [a.b], resolution: STATIC, workloadSelector: {labels: {app: a}}, endpoints: [{network: a}]}
    ]] },
  },
}
