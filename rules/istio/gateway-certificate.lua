local pods = require "mesh/pods"
local small = require "mesh/small"

-- The key of a server's certificate; nil where it has none.
local function key_of(tls)
  local name = tls.credentialName
  if small.is_name(name) then return { "secret", name } end
  if small.is_name(tls.serverCertificate) and small.is_name(tls.privateKey) then
    return { "file", tls.serverCertificate, tls.privateKey }
  end
  return nil
end

return rule {
  title = "Gateways of the same pods have certificates of their own",
  level = "warn",
  least = 2,
  why = [[
    A browser that has an HTTP/2 connection to one host uses it for every host that the certificate covers and that has
    the same address. It then asks the listener of one Gateway for a host of another, and gets 404, now and then.]],
  fix = [[
    Put the hosts that share a certificate into one Gateway, or give each Gateway a certificate for its own hosts
    alone.]],
  links = {
    "https://istio.io/latest/docs/reference/config/analysis/ist0138/",
    "https://istio.io/latest/docs/ops/common-problems/network-issues/",
  },
  aka = { "IST0138" },

  collect = {
    ["networking.istio.io/Gateway"] = function(gateway, ctx)
      local selector = pods.selector(gateway)
      for server in each(selector and gateway.spec.servers) do
        local key = type(server.tls) == "table" and key_of(server.tls)
        if key then
          local field = key[1] == "secret" and "credentialName" or "serverCertificate"
          ctx:emit(key, { selector = selector, at = at(server.tls, field) })
        end
      end
    end,
  },

  join = function(key, facts, ctx)
    for fact in each(facts) do
      local told = false
      for other in each(facts) do
        if not told and not small.is_same(fact, other)
          and small.is_within(other.value.selector, fact.value.selector) then
          told = true
          ctx:fail(fact.value.at, { also = { { other.value.at, "used here too" } } },
            "the certificate %s is that of Gateway %s%s too, on the same pods", key[2], str(other.resource.name, "?"),
            other.namespace and " of namespace " .. other.namespace or "")
        end
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: a, namespace: team-a}
      spec:
        selector: {istio: in}
        servers:
          - {tls: {credentialName: one}, hosts: [a.example.com]}
          - {tls: {credentialName: one}, hosts: [b.example.com]}
          - {hosts: [c.example.com]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: b, namespace: team-a}
      spec: {selector: {istio: other}, servers: [{tls: {credentialName: one}}]}
    ]] },
    -- only the Gateway whose pods all are the other's
    fail { line = 4, column = 73, count = 1,
      message = "the certificate one is that of Gateway b of namespace team-b", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: a, namespace: team-a}
      spec: {selector: {istio: in, zone: x}, servers: [{tls: {credentialName: one}}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: b, namespace: team-b}
      spec: {selector: {istio: in}, servers: [{tls: {credentialName: one}}]}
    ]] },
    fail { line = 4, count = 2, message = "the certificate /c.pem is that of Gateway b too", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: a}
      spec: {servers: [{tls: {serverCertificate: /c.pem, privateKey: /k.pem}}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: b}
      spec: {servers: [{tls: {serverCertificate: /c.pem, privateKey: /k.pem}}]}
    ]] },
  },
}
