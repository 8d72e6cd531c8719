local mesh = require "mesh"
local valid = require "mesh/valid"

-- What is wrong with one string match; an empty prefix may be one of a uri.
local function check_match(ctx, map, key)
  local match = map[key]
  if type(match) ~= "table" then return end
  if match.prefix == "" and key ~= "uri" then ctx:fail(at(match, "prefix"), "%s has an empty prefix", key) end
  if match.regex == "" then ctx:fail(at(match, "regex"), "%s has an empty regex", key) end
  local regex = str(match.regex, "")
  if #regex > 1024 then ctx:fail(at(match, "regex"), "the regex of %s is longer than 1024 bytes", key) end
  if re.test(regex, "\\(\\?(?:[=!>]|<[=!])|\\\\[1-9]") then
    ctx:fail(at(match, "regex"), "the regex of %s looks around or back, which RE2 does not", key)
  end
end

-- A header's name, or a claim of the request's token, which only a gateway has looked at.
local function check_header(map, name, in_mesh, ctx)
  local is_claim = string.starts_with(tostring(name), "@request.auth.claims")
  if is_claim and in_mesh then
    ctx:fail(at(map, name), "a claim of a token is known at a gateway only, and this VirtualService is for the mesh")
  elseif not is_claim and not re.test(tostring(name), "^[-_A-Za-z0-9]+$") then
    ctx:fail(at(map, name), "%q is no name of a header", name)
  end
end

local function check_matches(item, in_mesh, ctx)
  for match in each(item.match) do
    for _, key in ipairs { "uri", "scheme", "method", "authority" } do check_match(ctx, match, key) end
    for _, key in ipairs { "headers", "withoutHeaders", "queryParams" } do
      for name in pairs(match[key]) do
        check_match(ctx, match[key], name)
        if key ~= "queryParams" then check_header(match[key], name, in_mesh, ctx) end
      end
    end
    valid.tell_number(ctx, match, "port", 1, 65535)
  end
end

return rule {
  title = "The matches of a VirtualService are ones that istiod takes",
  level = "error",
  kinds = { "networking.istio.io/VirtualService" },
  why = [[istiod refuses what it finds wrong here, or, where its webhook is not asked, drops it in silence.]],
  fix = [[Correct what the message names.]],
  links = {
    "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest",
    "https://istio.io/latest/docs/reference/config/analysis/ist0106/",
  },
  aka = { "IST0106" },

  check = function(service, ctx)
    local in_mesh = mesh.binds_mesh(service)
    for item in each(service.spec.http) do check_matches(item, in_mesh, ctx) end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http:
          - match: [{uri: {prefix: ""}, headers: {x-user: {regex: "a.*"}}, port: 80}]
          - match: [{queryParams: {"a b": {exact: c}}}]
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo.example.com]
        gateways: [public]
        http: [{match: [{headers: {"@request.auth.claims.sub": {exact: a}}}]}]
    ]] },
    fail { line = 7, column = 65, message = "a claim of a token is known at a gateway only", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        gateways: [mesh, public]
        http: [{match: [{withoutHeaders: {"@request.auth.claims.sub": {exact: a}}}]}]
    ]] },
    fail { line = 7, count = 4, message = "port is 0, which is not between 1 and 65535", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http:
          - match: [{port: 0, uri: {regex: "^(?!/a)"}, method: {prefix: ""}, headers: {"x user": {exact: a}}}]
    ]] },
  },
}
