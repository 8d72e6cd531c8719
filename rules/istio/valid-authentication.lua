local valid = require "mesh/valid"

local function check_empty(list, what, ctx)
  for text, i in each(list) do
    if text == "" then ctx:fail(at(list, i), "%s is empty", what) end
  end
end

local function check_issuer(item, ctx)
  if str(item.issuer, "") == "" and str(item.jwksUri, "") == "" then
    ctx:fail(at(item, "issuer"), "a jwtRule needs an issuer")
  end
  local uri = str(item.jwksUri, "")
  if uri ~= "" and not re.test(uri, "^https?://[^/:?#]+(?::[0-9]{1,5})?(?:[/?#].*)?$") then
    ctx:fail(at(item, "jwksUri"), "jwksUri %q is no URL of http or https", uri)
  end
  check_empty(item.audiences, "an audience", ctx)
  check_empty(item.fromParams, "a parameter", ctx)
  check_empty(item.fromCookies, "a cookie", ctx)
  for header in each(item.fromHeaders) do
    if str(header.name, "") == "" then ctx:fail(at(header, "name"), "fromHeaders needs a name") end
  end
  for claim in each(item.outputClaimToHeaders) do
    for _, key in ipairs { "header", "claim" } do
      if str(claim[key], "") == "" then ctx:fail(at(claim, key), "outputClaimToHeaders needs a %s", key) end
    end
  end
  valid.tell(ctx, item, "timeout", valid.duration)
end

local function check_ports(policy, ctx)
  local ports = policy.spec.portLevelMtls
  if type(ports) ~= "table" then return end
  if count(policy.spec.selector.matchLabels) == 0 then
    ctx:fail(at(policy, "spec", "portLevelMtls"), "portLevelMtls needs a selector: it is for some pods, not for all")
  end
  for port in pairs(ports) do
    local number = re.test(tostring(port), "^[0-9]{1,5}$") and math.tointeger(tonumber(tostring(port)))
    if not valid.is_port(number) then ctx:fail(at(ports, port), "%q is no port", port) end
  end
end

return rule {
  title = "RequestAuthentication and PeerAuthentication are ones that istiod takes",
  level = "error",
  kinds = { "security.istio.io/PeerAuthentication", "security.istio.io/RequestAuthentication" },
  why = [[
    istiod refuses what it finds wrong here, or, where its webhook is not asked, drops it in silence: then nobody is
    asked who he is.]],
  fix = [[Correct what the message names.]],
  links = {
    "https://istio.io/latest/docs/reference/config/security/request_authentication/",
    "https://istio.io/latest/docs/reference/config/security/peer_authentication/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0106/",
  },
  aka = { "IST0106" },

  check = function(policy, ctx)
    valid.attachment(ctx, policy)
    if ctx.resource.kind == "PeerAuthentication" then
      check_ports(policy, ctx)
      return
    end
    for item in each(policy.spec.jwtRules) do check_issuer(item, ctx) end
  end,

  examples = {
    pass { [[
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: jwt}
      spec:
        jwtRules: [{issuer: me, jwksUri: "https://example.com/keys", fromHeaders: [{name: x-token}], timeout: 5s}]
    ]] },
    pass { [[
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: strict}
      spec: {selector: {matchLabels: {app: echo}}, portLevelMtls: {8080: {mode: DISABLE}}}
    ]] },
    fail { line = 5, count = 4, message = "a jwtRule needs an issuer", [[
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: jwt}
      spec:
        jwtRules: [{audiences: [""]}, {issuer: me, jwksUri: example.com, fromHeaders: [{prefix: a}]}]
    ]] },
    fail { line = 5, count = 2, message = "portLevelMtls needs a selector", [[
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: strict}
      spec:
        portLevelMtls: {http: {mode: DISABLE}}
    ]] },
    fail { line = 6, count = 4, message = "a parameter is empty", [[
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: jwt}
      spec:
        jwtRules:
          - {issuer: a, fromParams: [""], fromCookies: [""], outputClaimToHeaders: [{header: x, claim: ""}], timeout: 5}
    ]] },
  },
}
