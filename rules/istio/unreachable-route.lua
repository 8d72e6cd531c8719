local route = require "mesh/route"

-- Whether all matches of the rule repeat those of earlier ones, which are in `seen`.
local function repeats(item, seen, protocol)
  for match in each(item.match) do
    if not seen[route.key(match, protocol)] then return false end
  end
  return true
end

local function check_list(protocol, rules, ctx)
  local seen, catch_all = {}, nil
  for item in each(rules) do
    if type(item) == "table" and count(item.match) == 0 then
      if catch_all then
        ctx:fail(item, { also = { { catch_all, "the first one without match" } } },
          "a second %s route without match is never reached", protocol)
      end
      catch_all = catch_all or item
    elseif type(item) == "table" and catch_all then
      for _, i in each(item.match) do
        ctx:fail(at(item.match, i), { also = { { catch_all, "this one has no match" } } },
          "an earlier %s route takes everything: this match is never reached", protocol)
      end
    elseif type(item) == "table" then
      if repeats(item, seen, protocol) then
        ctx:fail(at(item, "match"), "earlier %s routes match all of this: it is never reached", protocol)
      end
      for match in each(item.match) do seen[route.key(match, protocol)] = true end
    end
  end
end

return rule {
  title = "Every route of a VirtualService can be reached",
  level = "warn",
  kinds = { "networking.istio.io/VirtualService" },
  why = [[Routes are tried in order, and one without match takes everything: what stands behind it is never used.]],
  fix = [[Move the route without match to the end, and take out what is there twice.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0130/" },
  aka = { "IST0130" },

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
          - {match: [{uri: {prefix: /a}}, {uri: {prefix: /b}}], route: [{destination: {host: a}}]}
          - {match: [{uri: {prefix: /b}}, {uri: {prefix: /c}}], route: [{destination: {host: c}}]}
          - {route: [{destination: {host: echo}}]}
        tcp:
          - {route: [{destination: {host: echo}}]}
    ]] },
    fail { line = 8, count = 3, message = "an earlier http route takes everything", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http:
          - {route: [{destination: {host: echo}}]}
          - {match: [{uri: {prefix: /a}}, {uri: {prefix: /b}}], route: [{destination: {host: a}}]}
          - {route: [{destination: {host: other}}]}
    ]] },
    -- the name of a match makes no difference, nor does the order of keys
    fail { line = 8, message = "earlier http routes match all of this", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http:
          - {match: [{name: one, uri: {prefix: /a}, port: 80}], route: [{destination: {host: a}}]}
          - {match: [{port: 80, uri: {prefix: /a}, name: two}], route: [{destination: {host: b}}]}
    ]] },
  },
}
