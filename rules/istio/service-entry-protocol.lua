local istio = require "istio"
local small = require "mesh/small"

local function meet(a, b)
  for one in each(a) do
    for other in each(b) do
      if one == "*" or other == "*" or one == other then return true end
    end
  end
  return false
end

return rule {
  title = "ServiceEntries agree on the protocol of a host's port",
  level = "warn",
  why = [[
    Two ServiceEntries that one namespace sees, for one host and port with different protocols: the older one decides for
    everybody, and the other team's traffic is read as what it is not. As istiod compares them, HTTP and HTTP2 differ.]],
  fix = [[Agree on one protocol, or export each to its own namespace (`exportTo: ["."]`).]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/" },
  aka = { "IST0177" },

  collect = {
    ["networking.istio.io/ServiceEntry"] = function(entry, ctx)
      local to = istio.export_to(entry, ctx.namespace.name)
      for host in each(entry.spec.hosts) do
        for port in each(small.is_name(host) and not string.starts_with(host, "*") and entry.spec.ports) do
          if num(port.number) then
            ctx:emit({ host, port.number }, { protocol = string.upper(string.sub(str(port.protocol, ""), 1, 20)), to = to,
              at = at(port, "protocol") })
          end
        end
      end
    end,
  },

  join = function(key, facts, ctx)
    for fact in each(facts) do
      local told = false
      for other in each(facts) do
        if not told and other.value.protocol ~= fact.value.protocol and meet(fact.value.to, other.value.to) then
          told = true
          ctx:fail(fact.value.at, { also = { { other.value.at, "the other" } } },
            "port %d of %s is %s here, and %s in ServiceEntry %s%s", key[2], key[1],
            fact.value.protocol == "" and "of no protocol" or fact.value.protocol,
            other.value.protocol == "" and "of none" or other.value.protocol, str(other.resource.name, "?"),
            other.namespace and " of namespace " .. other.namespace or "")
        end
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: team-a}
      spec: {hosts: [a.example.com, "*.example.com"], ports: [{number: 443, protocol: tls}], exportTo: [.]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: team-a}
      spec: {hosts: [a.example.com, "*.example.com"], ports: [{number: 443, protocol: TLS}, {number: 80}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: c, namespace: team-c}
      spec: {hosts: [b.example.com], ports: [{number: 443, protocol: TLS}], exportTo: [.]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: d, namespace: team-d}
      spec: {hosts: [b.example.com], ports: [{number: 443, protocol: HTTPS}], exportTo: [.]}
    ]] },
    fail { line = 4, column = 63, count = 2,
      message = "port 80 of a.example.com is HTTP here, and of none in ServiceEntry b of namespace team-b", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: a, namespace: team-a}
      spec: {hosts: [a.example.com], ports: [{number: 80, protocol: HTTP}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: b, namespace: team-b}
      spec: {hosts: [a.example.com], ports: [{number: 80}], exportTo: [.]}
    ]] },
  },
}
