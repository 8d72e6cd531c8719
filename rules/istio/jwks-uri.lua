local k8s = require "k8s"
local VARIABLE = "BLOCKED_CIDRS_IN_JWKS_URIS"

-- Whether a container of the Deployment says what istiod must not fetch from.
local function is_restricted(doc, ctx)
  for container in k8s.containers(k8s.pod_spec(doc, ctx)) do
    if str(k8s.env(container, VARIABLE).value, "") ~= "" then return true end
  end
  return false
end

return rule {
  title = "istiod fetches keys for tokens from permitted addresses only",
  level = "warn",
  least = 2,
  why = [[
    istiod fetches the `jwksUri` of every RequestAuthentication, with its own rights in the network. Who may write one
    in any namespace can so have istiod ask addresses inside of the cluster, or the cloud's metadata.]],
  fix = [[
    Set BLOCKED_CIDRS_IN_JWKS_URIS in istiod's environment to the address ranges of the cluster and of its machines.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/" },
  aka = { "IST0175" },

  collect = {
    ["security.istio.io/RequestAuthentication"] = function(doc, ctx)
      ctx:emit("all", { at = at(doc, "metadata", "name") })
    end,
    ["apps/Deployment"] = function(doc, ctx)
      if doc.metadata.labels.app == "istiod" and not is_restricted(doc, ctx) then
        ctx:emit("all", { istiod = true, at = at(doc, "metadata", "name") })
      end
    end,
  },

  join = function(_, facts, ctx)
    local reason
    for fact in each(facts) do
      if not fact.value.istiod then reason = reason or fact end
    end
    for fact in each(reason and facts) do
      if fact.value.istiod then
        ctx:fail(fact.value.at, { also = { { reason.value.at, "a RequestAuthentication" } } },
          "istiod may be told to fetch from any address: it has no BLOCKED_CIDRS_IN_JWKS_URIS")
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
      spec:
        template:
          spec:
            initContainers: []
            containers: [{name: discovery, env: [{name: BLOCKED_CIDRS_IN_JWKS_URIS, value: 10.0.0.0/8}]}]
      ---
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: jwt, namespace: team-a}
    ]] },
    fail { line = 3, column = 18, count = 1, message = "istiod may be told to fetch from any address", [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
      ---
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: jwt, namespace: team-a}
    ]] },
    -- no tokens are checked
    pass { [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
    ]] },
  },
}
