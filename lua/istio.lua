-- How Istio reads Services: the protocol of a port, as istiod works it out (pkg/config/kube/conversion.go and
-- pkg/config/protocol of istio 1.32).
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

-- the prefix rule: the text up to the first dash; grpc-web has no boundary
local function parse(text)
  text = string.lower(text)
  if string.starts_with(text, "grpc-web") then return "GRPC-Web" end
  return PROTOCOLS[string.split(text, "-")[1]]
end

--- The protocol that `port` (an item of a Service's spec.ports) declares: "HTTP", "TCP", ...; nil where it
-- declares none and istiod would have to detect it. Second: "appProtocol", "name" or "protocol", where it is
-- declared.
function istio.declared(port)
  if port.protocol == "UDP" then return "UDP", "protocol" end
  local text = str(port.name, "")
  local where = "name"
  if typeof(port, "appProtocol") == "string" then
    -- an appProtocol overrides the name, also when it is empty or unknown
    text, where = port.appProtocol, "appProtocol"
    if KUBERNETES[text] then return KUBERNETES[text], where end
  end
  return parse(text), where
end

--- The protocol that istiod uses for `port` without looking at traffic: as declared, or TCP on the
-- ports of protocols whose server speaks first; nil where it detects.
function istio.protocol(port)
  local protocol, where = istio.declared(port)
  if protocol == nil and SERVER_FIRST[num(port.port, 0)] then return "TCP", "port" end
  return protocol, where
end

local GATEWAY_CONTROLLERS = {
  ["istio.io-gateway-controller"] = true, ["istio.io-mesh-controller"] = true,
  ["istio.io-eastwest-controller"] = true,
}

-- namespaces that istiod leaves alone
local IGNORED_NAMESPACES = {
  ["kube-system"] = true, ["kube-public"] = true, ["kube-node-lease"] = true, ["local-path-storage"] = true,
}

--- Whether istiod's own checks pass over the Service: parts of Istio itself, generated gateways, and the
-- namespaces that are never in a mesh.
function istio.is_exempt(service, namespace)
  local labels = service.metadata.labels
  if type(labels) == "table" then
    if typeof(labels, "istio") ~= "missing" or labels.release == "istio" then return true end
    if GATEWAY_CONTROLLERS[str(labels["gateway.istio.io/managed"], "")] then return true end
  end
  return namespace ~= nil and IGNORED_NAMESPACES[namespace] == true
end

--- The names that a port may begin with, for messages.
function istio.protocol_names()
  return "http, http2, https, grpc, grpc-web, tcp, tls, mongo, mysql, redis, udp"
end

return istio
