local istio = require "istio"
local valid = require "mesh/valid"

local CERTIFICATES = { "serverCertificate", "privateKey", "caCertificates", "credentialName" }

local function check_certificates(tls, ctx)
  local mode = tls.mode
  if mode == "ISTIO_MUTUAL" then
    for _, key in ipairs(CERTIFICATES) do
      if str(tls[key], "") ~= "" then
        ctx:fail(at(tls, key), "tls mode ISTIO_MUTUAL has certificates of its own: no %s", key)
      end
    end
    return
  end
  local mutual = mode == "MUTUAL" or mode == "OPTIONAL_MUTUAL"
  if mode ~= "SIMPLE" and not mutual or str(tls.credentialName, "") ~= "" or count(tls.credentialNames) > 0
    or count(tls.tlsCertificates) > 0 then
    return
  end
  for _, key in ipairs { "serverCertificate", "privateKey", mutual and "caCertificates" or nil } do
    if str(tls[key], "") == "" then ctx:fail(at(tls, key), "tls mode %s needs credentialName or %s", mode, key) end
  end
  if mode == "SIMPLE" and str(tls.caCrl, "") ~= "" then
    ctx:fail(at(tls, "caCrl"), "tls mode SIMPLE has no use for caCrl")
  end
end

local function check_tls(server, protocol, ctx)
  local tls = server.tls
  if type(tls) ~= "table" then
    if protocol == "HTTPS" or protocol == "TLS" then
      ctx:fail(at(server, "tls"), "a server of protocol %s needs tls", protocol)
    end
    return
  end
  check_certificates(tls, ctx)
  if not protocol or protocol == "HTTPS" or protocol == "TLS" then return end
  -- PASSTHROUGH is what no mode means
  local passes = tls.mode == nil or tls.mode == "PASSTHROUGH" or tls.mode == "AUTO_PASSTHROUGH"
  if not istio.is_http(protocol) or not passes or str(tls.serverCertificate, "") ~= "" or str(tls.privateKey,
    "") ~= "" then
    ctx:fail(at(server, "tls"), "a server of protocol %s has no tls%s", protocol,
      istio.is_http(protocol) and " but httpsRedirect" or "")
  end
end

-- Answers the protocol, nil where it is none.
local function check_port(server, ctx)
  local port = server.port
  if type(port) ~= "table" then
    ctx:fail(at(server, "port"), "a server needs a port")
    return nil
  end
  local bind = str(server.bind, "")
  local socket = string.starts_with(bind, "unix://")
  local protocol = istio.port_protocol(port)
  if not protocol then
    ctx:fail(at(port, "protocol"),
      "protocol %q is none of HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, TLS, TCP, MONGO, REDIS, MYSQL",
      port.protocol)
  end
  if not (socket and num(port.number, 0) == 0) and not valid.is_port(port.number) then
    ctx:fail(at(port, "number"), "port number %s is not between 1 and 65535", port.number)
  end
  if num(port.targetPort, 0) > 0 then ctx:fail(at(port, "targetPort"), "targetPort does nothing on a Gateway") end
  if str(port.name, "") == "" then ctx:fail(at(port, "name"), "the port of a server needs a name") end
  if bind ~= "" and not socket and not valid.is_address(bind) then
    ctx:fail(at(server, "bind"), "bind %q is no address", bind)
  end
  return protocol
end

return rule {
  title = "A Gateway is one that istiod takes",
  level = "error",
  kinds = { "networking.istio.io/Gateway" },
  why = [[istiod refuses what it finds wrong here, or, where its webhook is not asked, drops it in silence.]],
  fix = [[Correct what the message names.]],
  links = {
    "https://istio.io/latest/docs/reference/config/networking/gateway/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0106/",
  },
  aka = { "IST0106" },

  check = function(gateway, ctx)
    if ctx.resource.name and not valid.is_label(ctx.resource.name) then
      ctx:fail(at(gateway, "metadata", "name"), "the name of a Gateway is one DNS label, without dots")
    end
    if count(gateway.spec.servers) == 0 then
      ctx:fail(at(gateway, "spec", "servers"), "a Gateway needs a server")
    end
    local names = {}
    for server in each(gateway.spec.servers) do
      local name = server.port.name
      if count(server.hosts) == 0 then ctx:fail(at(server, "hosts"), "a server needs a host") end
      for _, i in each(server.hosts) do valid.tell(ctx, server.hosts, i, valid.namespace_host, true) end
      check_tls(server, check_port(server, ctx), ctx)
      if type(name) == "string" and names[name] then
        ctx:fail(at(server, "port", "name"), { also = { { at(names[name], "port", "name"), "the first" } } },
          "two servers have the port name %s", name)
      end
      if type(name) == "string" then names[name] = names[name] or server end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public}
      spec:
        servers:
          - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"], tls: {httpsRedirect: true}}
          - {port: {number: 443, name: tls, protocol: TLS}, hosts: [./a.com], tls: {mode: SIMPLE, credentialName: a}}
          - {port: {number: 15443, name: tls-pass, protocol: TLS}, hosts: ["*.local"], tls: {mode: AUTO_PASSTHROUGH}}
    ]] },
    fail { line = 6, count = 4, message = "protocol \"h2\" is none of", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public}
      spec:
        servers:
          - {port: {number: 80, name: http, protocol: h2}, hosts: [a.*.com]}
          - {port: {number: 443, name: http, protocol: HTTPS}, hosts: [a.example.com]}
    ]] },
    fail { line = 4, message = "a Gateway needs a server", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public}
      spec: {selector: {istio: ingress}}
    ]] },
    fail { line = 6, count = 3, message = "tls mode MUTUAL needs credentialName or caCertificates", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public}
      spec:
        servers:
          - {port: {number: 443, name: a, protocol: HTTPS}, hosts: [a.com], tls: {mode: MUTUAL, serverCertificate: a}}
          - {port: {number: 80, name: b, protocol: HTTP}, hosts: [a.com], tls: {mode: SIMPLE, credentialName: a}}
    ]] },
    fail { line = 6, count = 5, message = "targetPort does nothing on a Gateway", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public}
      spec:
        servers:
          - {port: {number: 80, name: a, protocol: HTTP, targetPort: 8080}, bind: all, hosts: [a], tls: {privateKey: a}}
          - {port: {number: 443, name: b, protocol: HTTPS}, hosts: [b], tls: {mode: SIMPLE, caCrl: a, privateKey: b}}
    ]] },
    fail { line = 6, message = "tls mode ISTIO_MUTUAL has certificates of its own", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public}
      spec:
        servers:
          - {port: {number: 443, name: a, protocol: TLS}, hosts: [a.com], tls: {mode: ISTIO_MUTUAL, credentialName: a}}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public}
      spec:
        servers:
          - {port: {number: 443, name: a, protocol: TLS}, hosts: [a.com], tls: {mode: SIMPLE, credentialNames: [a, b]}}
          - {port: {number: 443, name: b, protocol: TLS}, hosts: [a.com], tls: {mode: SIMPLE, tlsCertificates: [{}]}}
          - {port: {number: 0, name: c, protocol: HTTP}, bind: unix:///run/a, hosts: [a.com]}
    ]] },
    fail { line = 3, message = "the name of a Gateway is one DNS label", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public.v1}
      spec: {servers: [{port: {number: 80, name: a, protocol: HTTP}, hosts: [a.com]}]}
    ]] },
  },
}
