-- The protocol of a Service's port (pkg/config/kube/conversion.go and pkg/config/protocol of istio).
local k8s = require "k8s"
local istio = {}

-- names of protocols that istiod knows, lower case
local PROTOCOLS = {
  tcp = "TCP", udp = "UDP", grpc = "GRPC", ["grpc-web"] = "GRPC-Web", http = "HTTP",
  http_proxy = "HTTP_PROXY", http2 = "HTTP2", https = "HTTPS", tls = "TLS", mongo = "Mongo", redis = "Redis",
  mysql = "MySQL",
}

-- values of appProtocol that Kubernetes defines; exact and case-sensitive
local KUBERNETES = {
  ["kubernetes.io/h2c"] = "HTTP2", ["kubernetes.io/ws"] = "HTTP", ["kubernetes.io/wss"] = "HTTPS",
}

-- service ports on which the server speaks first: TCP where nothing is declared
local SERVER_FIRST = { [25] = true, [53] = true, [3306] = true, [27017] = true }

-- the protocols that are handled as HTTP, and those that are handled as bytes
local HTTP = { HTTP = true, HTTP2 = true, HTTP_PROXY = true, GRPC = true, ["GRPC-Web"] = true }
local TCP = { TCP = true, HTTPS = true, TLS = true, Mongo = true, Redis = true, MySQL = true }

-- Whether `version` is given and older than `than`.
local function older(version, than)
  return version ~= nil and k8s.compare_versions(version, than) == -1
end

-- the prefix rule: the text up to the first dash; grpc-web has no boundary
local function parse(text)
  text = string.lower(text)
  if string.starts_with(text, "grpc-web") then return "GRPC-Web" end
  return PROTOCOLS[string.split(text, "-")[1]]
end

-- Before 1.3 nothing is detected: what is not parsed is TCP, and appProtocol is not there yet.
local function protocol_before_detection(port)
  local parsed = port.protocol ~= "SCTP" and parse(str(port.name, "")) or nil
  if port.protocol == "UDP" then return "UDP", "protocol" end
  if parsed == nil or parsed == "UDP" then return "TCP", "default" end
  return parsed, "name"
end

--- The protocol that `port` (an item of a Service's spec.ports) declares: "HTTP", "TCP", ...; nil where it declares
--- none and istiod would have to detect it. Second: "appProtocol", "name" or "protocol", where it is declared, or
--- would be. Before version 1.6 appProtocol does not count, before 1.19 its `kubernetes.io/` values do not.
--- Example:
---   istio.declared({ name = "http-api", port = 80 })                       --> "HTTP", "name"
---   istio.declared({ name = "http", appProtocol = "acme.com/x" })          --> nil, "appProtocol"
---   istio.declared({ name = "http", appProtocol = "acme.com/x" }, "1.4")   --> "HTTP", "name"
---   istio.declared({ name = "dns", protocol = "UDP" })                     --> "UDP", "protocol"
---   istio.declared({ port = 80 })                                          --> nil, "name"
function istio.declared(port, version)
  if port.protocol == "UDP" then return "UDP", "protocol" end
  local text = str(port.name, "")
  local where = "name"
  if type(port.appProtocol) == "string" and not older(version, "1.6") then
    -- an appProtocol overrides the name, also when it is empty or unknown
    text, where = port.appProtocol, "appProtocol"
    if KUBERNETES[text] and not older(version, "1.19") then return KUBERNETES[text], where end
  end
  return parse(text), where
end

--- The protocol that istiod uses for `port` without looking at traffic: as declared, or TCP on the ports of
--- protocols whose server speaks first (second answer "port"); nil where it detects. Before version 1.3 there is no
--- detection and what is not declared is TCP (second answer "default").
--- Example:
---   istio.protocol({ name = "grpc", port = 80 })        --> "GRPC", "name"
---   istio.protocol({ port = 3306 })                     --> "TCP", "port"
---   istio.protocol({ name = "web", port = 80 })         --> nil, "name"
---   istio.protocol({ name = "web", port = 80 }, "1.2")  --> "TCP", "default"
function istio.protocol(port, version)
  if older(version, "1.3") then return protocol_before_detection(port) end
  local protocol, where = istio.declared(port, version)
  if protocol == nil and SERVER_FIRST[num(port.port, 0)] then return "TCP", "port" end
  return protocol, where
end

--- The protocol of a port of a Gateway, ServiceEntry or Sidecar, whose `protocol` is one whole name in any case; nil
--- where it is none that istiod knows.
--- Example:
---   istio.port_protocol({ number = 80, protocol = "http2" })     --> "HTTP2"
---   istio.port_protocol({ number = 80, protocol = "HTTP-web" })  --> nil
function istio.port_protocol(port)
  return PROTOCOLS[string.lower(str(port.protocol, ""))]
end

--- Whether a protocol, as istio.protocol answers, is handled as HTTP.
--- Example:
---   istio.is_http("GRPC")   --> true
---   istio.is_http("HTTPS")  --> false
---   istio.is_http(nil)      --> false
function istio.is_http(protocol)
  return type(protocol) == "string" and HTTP[protocol] == true
end

--- Whether a protocol, as istio.protocol answers, is handled as a stream of bytes: TCP, what is encrypted, and the
--- databases that istiod knows.
--- Example:
---   istio.is_tcp("MySQL")  --> true
---   istio.is_tcp("HTTP")   --> false
---   istio.is_tcp("UDP")    --> false
function istio.is_tcp(protocol)
  return type(protocol) == "string" and TCP[protocol] == true
end

--- Whether servers on a service port of this number speak first, as istiod assumes (25, 53, 3306, 27017). Detection
--- waits for the client and would hang there, so istiod takes such a port for TCP.
--- Example:
---   istio.is_server_first(3306)  --> true
---   istio.is_server_first(5432)  --> false
function istio.is_server_first(number)
  return type(number) == "number" and SERVER_FIRST[number] == true
end

--- Whether a Service is headless: clients get the pods' addresses, and its ports listen on all addresses.
--- Example:
---   istio.headless({ spec = { clusterIP = "None" } })      --> true
---   istio.headless({ spec = { clusterIP = "10.0.0.1" } })  --> false
---   istio.headless({})                                     --> false
function istio.headless(service)
  return service.spec.clusterIP == "None"
end

--- Whether a Service is only a name for a host outside of the cluster.
--- Example:
---   istio.external_name({ spec = { type = "ExternalName" } })  --> true
---   istio.external_name({ spec = { type = "ClusterIP" } })     --> false
function istio.external_name(service)
  return service.spec.type == "ExternalName"
end

--- Whether a Service has no address of its own, so that its ports that are not HTTP compete with all others of that
--- number in the mesh: headless ones, and before version 1.21 ExternalName ones (since then they are aliases without
--- listeners).
--- Example:
---   istio.without_address({ spec = { clusterIP = "None" } })             --> true
---   istio.without_address({ spec = { type = "ExternalName" } }, "1.20")  --> true
---   istio.without_address({ spec = { type = "ExternalName" } })          --> false
function istio.without_address(service, version)
  return istio.headless(service) or (istio.external_name(service) and older(version, "1.21"))
end

local GATEWAY_CONTROLLERS = {
  ["istio.io-gateway-controller"] = true, ["istio.io-mesh-controller"] = true,
  ["istio.io-eastwest-controller"] = true,
}

-- namespaces that istiod leaves alone
local IGNORED_NAMESPACES = {
  ["kube-system"] = true, ["kube-public"] = true, ["kube-node-lease"] = true, ["local-path-storage"] = true,
}

--- Whether istiod leaves a namespace of this name alone: nothing in it is checked or gets a sidecar.
--- Example:
---   istio.is_ignored_namespace("kube-system")   --> true
---   istio.is_ignored_namespace("istio-system")  --> false
---   istio.is_ignored_namespace(nil)             --> false
function istio.is_ignored_namespace(name)
  return type(name) == "string" and IGNORED_NAMESPACES[name] == true
end

--- Whether istiod's own checks pass over the Service: parts of Istio itself, generated gateways, and the namespaces
--- that are never in a mesh.
--- Example:
---   istio.is_exempt({ metadata = { labels = { istio = "pilot" } } }, "istio-system")  --> true
---   istio.is_exempt({ metadata = { labels = { app = "echo" } } }, "team-a")           --> false
---   istio.is_exempt({}, "kube-system")                                                --> true
function istio.is_exempt(service, namespace)
  local labels = service.metadata.labels
  if type(labels) == "table" then
    if typeof(labels, "istio") ~= "missing" or labels.release == "istio" then return true end
    if GATEWAY_CONTROLLERS[str(labels["gateway.istio.io/managed"], "")] then return true end
  end
  return istio.is_ignored_namespace(namespace)
end

--- The names that a port may begin with, for messages.
--- Example:
---   istio.protocol_names()  --> "http, http2, https, grpc, grpc-web, tcp, tls, mongo, mysql, redis, udp"
function istio.protocol_names()
  return "http, http2, https, grpc, grpc-web, tcp, tls, mongo, mysql, redis, udp"
end

return istio
