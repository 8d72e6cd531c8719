local istio = require "istio"
local pods = require "mesh/pods"
local small = require "mesh/small"

-- A server's host as NAMESPACE/HOST; without a namespace it is for all of them.
local function full(host, namespace)
  local parts = string.split(host, "/")
  local reach, name = parts[2] and parts[1] or "*", parts[2] or host
  if reach == "." then reach = str(namespace, ".") end
  return reach, name
end

return rule {
  title = "One Gateway serves a host on a port",
  level = "error",
  params = {
    overlaps = param("boolean", false, "also tell hosts that overlap by a wildcard: the more exact one wins there"),
  },
  why = [[
    Gateways for the same pods share one listener for each port. Two that list the same host on it are two answers to
    one question: the certificate, the redirect and the settings are those of the older one, and a team that comes
    later breaks its own host or, after the other is made anew, somebody else's.]],
  fix = [[
    List the host in one Gateway, or give each team hosts of its own (`NAMESPACE/HOST`), or pods of its own by another
    `selector`.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0145/" },
  aka = { "IST0145" },

  collect = {
    ["networking.istio.io/Gateway"] = function(gateway, ctx)
      local selector = pods.selector(gateway)
      if not selector then return end
      for server in each(gateway.spec.servers) do
        local port, bind = num(server.port.number, 0), str(server.bind, "")
        for host, i in each(server.hosts) do
          if small.is_name(host) and #bind < 100 and port ~= 0 then
            local reach, name = full(host, ctx.namespace.name)
            local value = { selector = selector, at = at(server.hosts, i), host = name, reach = reach }
            ctx:emit({ port, bind, reach, name }, value)
            if string.starts_with(name, "*") then ctx:emit({ port, bind, reach }, value) end
          end
        end
      end
    end,
  },

  join = function(key, facts, ctx)
    local host = key[4]
    if not host then return end
    for fact, i in each(facts) do
      local told = false
      local function look(list, matches)
        for other, j in each(list) do
          if not told and matches(other, j) and not small.is_same(fact, other)
            and (small.is_within(fact.value.selector, other.value.selector)
              or small.is_within(other.value.selector, fact.value.selector)) then
            told = true
            ctx:fail(fact.value.at, { also = { { other.value.at, "the other" } } },
              "port %d of host %s is served by Gateway %s%s too%s", key[1], host, str(other.resource.name, "?"),
              other.namespace and " of namespace " .. other.namespace or "",
              other.value.host ~= host and ", as " .. other.value.host or "")
          end
        end
      end
      look(facts, function(_, j) return i ~= j end)
      if fact.params.overlaps then
        look(ctx:facts({ key[1], key[2], key[3] }), function(other)
          return other.value.host ~= host and istio.hosts_overlap(other.value.host, host)
        end)
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: a, namespace: team-a}
      spec: {selector: {istio: in}, servers: [{port: {number: 80}, hosts: [a.example.com, team-a/*, ./b.example.com]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: b, namespace: team-b}
      spec:
        selector: {istio: in}
        servers:
          - {port: {number: 80}, hosts: ["*.example.com", team-b/*, ./b.example.com]}
          - {port: {number: 443}, hosts: [a.example.com]}
          - {port: {number: 80}, bind: 127.0.0.1, hosts: [a.example.com]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: c, namespace: team-b}
      spec: {selector: {istio: other}, servers: [{port: {number: 80}, hosts: [a.example.com]}]}
    ]] },
    fail { line = 4, column = 71, count = 2,
      message = "port 443 of host a.example.com is served by Gateway b of namespace team-b too", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: a, namespace: team-a}
      spec: {selector: {istio: in}, servers: [{port: {number: 443}, hosts: [a.example.com]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: b, namespace: team-b}
      spec: {selector: {istio: in}, servers: [{port: {number: 443}, hosts: ["*/a.example.com"]}]}
    ]] },
    -- one selects some of the other's pods; without a selector all
    fail { line = 4, count = 3, [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: a, namespace: team-a}
      spec: {selector: {istio: in}, servers: [{port: {number: 80}, hosts: ["*"]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: b, namespace: team-b}
      spec: {selector: {istio: in, zone: x}, servers: [{port: {number: 80}, hosts: ["*"]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: c, namespace: team-c}
      spec: {servers: [{port: {number: 80}, hosts: ["*"]}]}
    ]] },
    fail { params = { overlaps = true }, line = 4, count = 1, message = "team-b too, as *.example.com", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: a, namespace: team-a}
      spec: {selector: {istio: in}, servers: [{port: {number: 80}, hosts: [a.example.com]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: b, namespace: team-b}
      spec: {selector: {istio: in}, servers: [{port: {number: 80}, hosts: ["*.example.com"]}]}
    ]] },
  },
}
