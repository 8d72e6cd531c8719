local route = require "mesh/route"

-- Tells each match that is there before, or that an earlier prefix takes.
local function check_list(protocol, rules, ctx)
  local seen, earlier = {}, {}
  for item in each(rules) do
    local own = {}
    for match in each(item.match) do
      local key = route.key(match, protocol)
      if seen[key] then
        ctx:fail(match, { also = { { seen[key], "the earlier match" } } }, "an earlier %s route has this match",
          protocol)
      end
      for _, other in ipairs(protocol == "http" and not seen[key] and earlier or {}) do
        if route.covers(other, match) then
          ctx:fail(match, { also = { { other, "the earlier match" } } }, "prefix %s is covered by an earlier match of "
            .. "prefix %s", match.uri.prefix, other.uri.prefix)
          break
        end
      end
      if type(match) == "table" then own[#own + 1] = { key, match } end
    end
    for _, pair in ipairs(own) do
      seen[pair[1]] = seen[pair[1]] or pair[2]
      earlier[#earlier + 1] = pair[2]
    end
  end
end

return rule {
  title = "Every match of a VirtualService takes something",
  level = "info",
  kinds = { "networking.istio.io/VirtualService" },
  why = [[
    Routes are tried in order: a match that an earlier route has, or takes with a shorter prefix, changes nothing.]],
  fix = [[Put the longer prefix first, or take the match out.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0131/" },
  aka = { "IST0131" },

  check = function(service, ctx)
    route.each_list(service, function(protocol, rules) check_list(protocol, rules, ctx) end)
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http:
          - {match: [{uri: {prefix: /api/v2}}]}
          - {match: [{uri: {prefix: /api}, method: {exact: POST}}]}
          - {match: [{uri: {prefix: /api/v1}, method: {exact: GET}}]}
          - {match: [{uri: {prefix: /api}, headers: {x-user: {exact: a}}}]}
          - {match: [{uri: {prefix: /api/v3}, headers: {x-user: {exact: ab}}}]}
    ]] },
    fail { line = 9, count = 1, message = "prefix /api/v1 is covered by an earlier match of prefix /api", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http:
          - {match: [{uri: {prefix: /api}, headers: {x-user: {prefix: a}}}]}
          - match:
            - {uri: {prefix: /api/v1}, headers: {x-user: {exact: ab}}}
            - {uri: {prefix: /api/v1}, port: 80}
    ]] },
    fail { line = 8, message = "an earlier tcp route has this match", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        tcp:
          - {match: [{port: 27017}]}
          - {match: [{port: 27017}, {port: 27018}]}
    ]] },
  },
}
