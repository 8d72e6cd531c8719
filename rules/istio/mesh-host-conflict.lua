local istio = require "istio"
local mesh = require "mesh"
local registry = require "mesh/registry"
local small = require "mesh/small"

local function is_for_all(fact) return fact.value.to[1] == "*" end

-- Tells the conflict where it is to be mended: not in the namespace that the host belongs to, if the other is of
-- another.
local function tell(ctx, fact, other)
  local _, owner = registry.service_parts(fact.value.host)
  if owner and fact.namespace == owner and other.namespace ~= owner then return end
  local what = other.value.host == fact.value.host and "is claimed by" or "overlaps with " .. other.value.host .. " of"
  ctx:fail(fact.value.at, { also = { { other.value.at, "the other" } } }, "host %s %s VirtualService %s%s too",
    fact.value.host, what, str(other.resource.name, "?"),
    other.namespace and " of namespace " .. other.namespace or "")
end

return rule {
  title = "One VirtualService says where a host of the mesh goes",
  level = "error",
  params = {
    overlaps = param("boolean", false, "also tell wildcards that overlap where both are for the whole mesh: the more "
      .. "exact host wins there"),
  },
  why = [[
    Sidecars follow one VirtualService for a host, the oldest; what others say of it is lost without a word, and which
    is the oldest changes when one is made anew. A team that names another team's host takes its traffic, or believes
    that it does.]],
  fix = [[
    Write the routes of a host into one VirtualService, in the namespace of the host; or export each to namespaces of
    its own (`exportTo`).]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0109/" },
  aka = { "IST0109" },

  collect = {
    ["networking.istio.io/VirtualService"] = function(service, ctx)
      if not mesh.binds_mesh(service) then return end
      local to = istio.export_to(service, ctx.namespace.name)
      for host, i in each(service.spec.hosts) do
        local key = registry.local_key(host, ctx)
        if key then
          local value = { host = key[2], to = to, at = at(service.spec.hosts, i) }
          ctx:emit(key, value)
          if string.starts_with(host, "*") then ctx:emit("wildcards", value) end
        end
      end
    end,
  },

  join = function(key, facts, ctx)
    if type(key) == "string" then return end
    local host = key[2]
    local wildcards = ctx:facts("wildcards")
    local is_wild = string.starts_with(host, "*")
    for fact, i in each(facts) do
      local told = false
      local function look(list, matches, both)
        for other, j in each(list) do
          if not told and not small.is_same(fact, other) and registry.meet(fact.value.to, other.value.to)
            and matches(other, j) then
            told = true
            tell(ctx, fact, other)
            if both then tell(ctx, other, fact) end
          end
        end
      end
      look(facts, function(_, j) return i ~= j end)
      local function overlaps(other)
        return other.value.host ~= host and istio.hosts_overlap(other.value.host, host)
          and (fact.params.overlaps or is_for_all(fact) ~= is_for_all(other))
      end
      -- of two wildcards each finds the other
      look(wildcards, overlaps, not is_wild)
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [echo, a.example.com]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-b}
      spec: {hosts: [echo, "*.example.com"]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: public, namespace: team-b}
      spec: {hosts: [a.example.com], gateways: [public]}
    ]] },
    fail { line = 9, column = 16, count = 1, message = "is claimed by VirtualService echo of namespace team-a too", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [echo]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: mine, namespace: team-b}
      spec: {hosts: [echo.team-a.svc.cluster.local], gateways: [mesh, public]}
    ]] },
    fail { line = 4, count = 2, message = "host a.example.com is claimed by VirtualService mine of namespace team-b", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [a.example.com]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: mine, namespace: team-b}
      spec: {hosts: [a.example.com], exportTo: [., team-a]}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [a.example.com], exportTo: [.]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: mine, namespace: team-b}
      spec: {hosts: [a.example.com], exportTo: [.]}
    ]] },
    -- a wildcard for one namespace against a host for all, either way round
    fail { line = 4, count = 2, message = "host a.example.com overlaps with *.example.com of VirtualService mine", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [a.example.com]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: mine, namespace: team-b}
      spec: {hosts: ["*.example.com"], exportTo: [.]}
    ]] },
    fail { params = { overlaps = true }, line = 4, count = 2, [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [a.example.com]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: mine, namespace: team-b}
      spec: {hosts: ["*.example.com"]}
    ]] },
    -- the namespace is unknown: what lies in one directory
    fail { line = 4, count = 2, message = "host echo is claimed by VirtualService b too", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: a}
      spec: {hosts: [echo]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: b}
      spec: {hosts: [echo]}
    ]] },
  },
}
