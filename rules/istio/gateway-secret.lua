local names = require "mesh/names"
local pods = require "mesh/pods"
local small = require "mesh/small"

-- Whether a Secret holds both of a pair of keys.
local function has_pair(secret)
  local function has(key)
    return typeof(secret.data, key) ~= "missing" or typeof(secret.stringData, key) ~= "missing"
  end
  return (has("tls.crt") and has("tls.key")) or (has("cert") and has("key"))
end

local function declare(name, place, ctx, incomplete)
  names.define(ctx, name, { defines = true, at = place, incomplete = incomplete })
end

-- Calls visit(namespace) for each namespace with pods of the Gateway; answers whether there was one.
local function each_home(selector, ctx, visit)
  local seen, any = {}, false
  for fact in each(ctx:facts(pods.key(selector) or "none")) do
    local namespace = fact.namespace
    if fact.value.pod and namespace and not seen[namespace] and pods.selects(selector, fact) then
      seen[namespace], any = true, true
      visit(namespace)
    end
  end
  return any
end

-- The fact of the Secret that the reference means, or nil; with it the namespaces that were looked at.
local function find(value, ctx)
  local found, homes = nil, {}
  local function look(namespace)
    table.insert(homes, namespace)
    names.each(names.key(namespace, value.name), ctx:facts(names.key(namespace, value.name)), ctx, function(fact)
      found = found or fact
    end)
    found = found or (ctx:elsewhere("Secret", namespace, value.name) and {})
  end
  if value.namespace then
    look(value.namespace)
  elseif not each_home(value.selector, ctx, look) then
    -- nobody knows where the pods are: a Secret of the name anywhere may be theirs
    found = ctx:facts({ "named", value.name })[1] or (ctx:elsewhere("Secret", "", value.name) and {}) or nil
  end
  return found, homes
end

return rule {
  title = "The certificate of a Gateway exists beside its pods",
  level = "warn",
  witness = {
    "workload", "v1/Secret", "bitnami.com/SealedSecret", "external-secrets.io/ExternalSecret", "cert-manager.io/Certificate",
  },
  why = [[
    A Gateway reads `credentialName` in the namespace of its pods, not in its own. Without the Secret the server has no
    certificate and no listener: clients are refused. Counted as Secrets are those of SealedSecret, ExternalSecret and
    cert-manager's Certificate.]],
  fix = [[
    Create the Secret in the namespace of the gateway's pods, or correct the name. One that is made outside of the
    repository belongs into the policy: `elsewhere: [{kind: Secret, namespace: istio-ingress, name: "*-tls"}]`.]],
  links = {
    "https://istio.io/latest/docs/reference/config/analysis/ist0101/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0161/",
  },
  aka = { "IST0101", "IST0161" },

  collect = {
    workload = pods.anywhere,
    ["v1/Secret"] = function(doc, ctx)
      declare(ctx.resource.name, at(doc, "metadata", "name"), ctx, not has_pair(doc))
    end,
    ["bitnami.com/SealedSecret"] = function(doc, ctx)
      declare(str(doc.spec.template.metadata.name, ctx.resource.name), at(doc, "metadata", "name"), ctx)
    end,
    ["external-secrets.io/ExternalSecret"] = function(doc, ctx)
      declare(str(doc.spec.target.name, ctx.resource.name), at(doc, "metadata", "name"), ctx)
    end,
    ["cert-manager.io/Certificate"] = function(doc, ctx) declare(doc.spec.secretName, at(doc, "spec"), ctx) end,
    ["networking.istio.io/Gateway"] = function(gateway, ctx)
      local selector = pods.selector(gateway)
      for server in each(selector and gateway.spec.servers) do
        local name = server.tls.credentialName
        if small.is_name(name) and not small.has_placeholder(name) then
          local parts = string.split(name, "/")
          ctx:emit("gateways", { name = parts[2] or name, namespace = parts[2] and parts[1], selector = selector,
            at = at(server.tls, "credentialName") })
        end
      end
    end,
  },

  join = function(key, facts, ctx)
    if key ~= "gateways" then return end
    for fact in each(facts) do
      local found, homes = find(fact.value, ctx)
      if not found then
        ctx:fail(fact.value.at, "there is no Secret %s%s", fact.value.name,
          #homes > 0 and " in namespace " .. table.concat(homes, " or ") or "")
      elseif found.value and found.value.incomplete then
        ctx:fail(fact.value.at, { also = { { found.value.at, "this Secret" } } },
          "the Secret %s has neither tls.crt and tls.key nor cert and key", fact.value.name)
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
          - {tls: {credentialName: secret}}
          - {tls: {credentialName: sealed}}
          - {tls: {credentialName: external}}
          - {tls: {credentialName: team-a/certificate}}
          - {tls: {credentialName: "${SECRET}"}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: gateway, namespace: ingress}
      spec: {template: {metadata: {labels: {istio: in}}, spec: {containers: [{name: istio-proxy}]}}}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: secret, namespace: ingress}
      data: {tls.crt: eA==, tls.key: eA==}
      ---
      apiVersion: bitnami.com/v1alpha1
      kind: SealedSecret
      metadata: {name: x, namespace: ingress}
      spec: {template: {metadata: {name: sealed}}}
      ---
      apiVersion: external-secrets.io/v1
      kind: ExternalSecret
      metadata: {name: y, namespace: ingress}
      spec: {target: {name: external}}
      ---
      apiVersion: cert-manager.io/v1
      kind: Certificate
      metadata: {name: z, namespace: team-a}
      spec: {secretName: certificate}
    ]] },
    -- beside the Gateway, not beside its pods
    fail { line = 4, column = 64, message = "there is no Secret one in namespace ingress", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: a, namespace: team-a}
      spec: {selector: {istio: in}, servers: [{tls: {credentialName: one}}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: gateway, namespace: ingress}
      spec: {template: {metadata: {labels: {istio: in}}}}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: one, namespace: team-a}
      stringData: {cert: x, key: x}
    ]] },
    fail { line = 4, message = "the Secret one has neither tls.crt and tls.key nor cert and key", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: a, namespace: team-a}
      spec: {selector: {istio: in}, servers: [{tls: {credentialName: one}}]}
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: one, namespace: istio-system}
      data: {tls.crt: eA==, ca.crt: eA==}
    ]] },
    pass { policy = "elsewhere: [{kind: Secret, name: '*-tls'}]", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: a, namespace: team-a}
      spec: {servers: [{tls: {credentialName: one-tls}}, {tls: {credentialName: ingress/two-tls}}]}
    ]] },
  },
}
