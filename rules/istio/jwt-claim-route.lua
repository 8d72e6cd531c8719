local istio = require "istio"
local names = require "mesh/names"
local pods = require "mesh/pods"
local small = require "mesh/small"

local CLAIM = "@request.auth.claims"

-- The place of the first match by a claim, else nil.
local function find_claim(service)
  for http in each(service.spec.http) do
    for match in each(http.match) do
      for _, field in ipairs { "headers", "withoutHeaders" } do
        for name in pairs(match[field]) do
          if type(name) == "string" and string.starts_with(name, CLAIM) then return at(match[field], name) end
        end
      end
    end
  end
  return nil
end

-- Whether a RequestAuthentication of the facts selects pods with the labels. One with targetRefs may be for them.
local function selects(facts, labels)
  for fact in each(facts) do
    local wanted, fits = fact.value.selector, true
    for key, value in pairs(wanted) do fits = fits and labels[key] == value end
    if fits then return true end
  end
  return false
end

-- Whether tokens are checked at the pods of a Gateway; where the repository has no such pods, at any with its labels.
local function is_checked(gateway, root, ctx)
  local selector, any = gateway.value.selector, false
  for pod in each(ctx:facts(pods.key(selector) or "none")) do
    if pod.value.pod and pods.selects(selector, pod) then
      any = true
      if not selects(ctx:facts({ "auth", root }), pod.value.pod)
        and not selects(ctx:facts({ "auth", str(pod.namespace, "") }), pod.value.pod) then
        return false
      end
    end
  end
  return any or selects(ctx:facts("auth"), selector)
end

return rule {
  title = "Routes by a token's claims have tokens that are checked",
  level = "error",
  witness = { "workload", "security.istio.io/RequestAuthentication", "networking.istio.io/Gateway" },
  params = { root_namespace = param("string", "istio-system", "the mesh's root namespace") },
  why = [[
    A match on `@request.auth.claims` reads what a RequestAuthentication has put there. Where none is for the gateway's
    pods there are no claims, and the route is never taken.]],
  fix = [[Add a RequestAuthentication that selects the gateway's pods, in their namespace or the root namespace.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0149/" },
  aka = { "IST0149" },

  collect = {
    workload = pods.anywhere,
    ["security.istio.io/RequestAuthentication"] = function(doc, ctx)
      local value = { selector = pods.selector(doc) or {} }
      ctx:emit("auth", value)
      ctx:emit({ "auth", str(ctx.namespace.name, "") }, value)
    end,
    ["networking.istio.io/Gateway"] = function(doc, ctx)
      local selector = pods.selector(doc)
      if selector then names.define(ctx, ctx.resource.name, { defines = true, selector = selector }) end
    end,
    ["networking.istio.io/VirtualService"] = function(service, ctx)
      local claim = find_claim(service)
      for gateway in each(claim and service.spec.gateways) do
        local full = istio.gateway(gateway, ctx.namespace.name) or gateway
        if small.is_name(full) and full ~= "mesh" then
          local parts = string.split(full, "/")
          ctx:emit(names.key(parts[2] and parts[1], parts[2] or full), { claim = claim, gateway = gateway })
        end
      end
    end,
  },

  join = function(key, facts, ctx)
    for fact in each(facts) do
      if fact.value.claim then
        names.each(key, facts, ctx, function(gateway)
          if not is_checked(gateway, fact.params.root_namespace, ctx) then
            ctx:fail(fact.value.claim, "no RequestAuthentication is for the pods of Gateway %s: there are no claims",
              fact.value.gateway)
          end
        end)
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: a, namespace: team-a}
      spec:
        gateways: [public, mesh]
        http:
          - match: [{headers: {"@request.auth.claims.group": {exact: a}}, withoutHeaders: {x: {}}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: team-a}
      spec: {selector: {istio: in}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: gateway, namespace: ingress}
      spec: {template: {metadata: {labels: {istio: in}}}}
      ---
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: jwt, namespace: ingress}
      spec: {selector: {matchLabels: {istio: in}}}
    ]] },
    fail { line = 4, message = "no RequestAuthentication is for the pods of Gateway public", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: a, namespace: team-a}
      spec: {gateways: [public], http: [{match: [{withoutHeaders: {"@request.auth.claims.group": {exact: a}}}]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: team-a}
      spec: {selector: {istio: in}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: gateway, namespace: ingress}
      spec: {template: {metadata: {labels: {istio: in}}}}
      ---
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: jwt, namespace: ingress}
      spec: {selector: {matchLabels: {app: echo}}}
      ---
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: jwt, namespace: team-a}
    ]] },
    -- in the root namespace it is for all; with targetRef it may be for them; pods that nobody knows
    pass { params = { root_namespace = "mesh" }, [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: a, namespace: team-a}
      spec: {gateways: [public], http: [{match: [{headers: {"@request.auth.claims.group": {exact: a}}}]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: team-a}
      spec: {selector: {istio: in}}
      ---
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: jwt, namespace: mesh}
      spec: {targetRef: {kind: Gateway, name: public}, targetRefs: [], jwtRules: []}
    ]] },
    fail { message = "Gateway public: there are no claims", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: a, namespace: team-a}
      spec: {gateways: [public], http: [{match: [{headers: {"@request.auth.claims.group": {exact: a}}}]}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: team-a}
      spec: {selector: {istio: in}}
    ]] },
  },
}
