local apis = require "apis"

return rule {
  title = "The API version will still be there after the next upgrades",
  level = "warn",
  kinds = apis.changed(),
  params = {
    kubernetes_version = param("string", "", "the cluster's version, as 1.34; empty: `vars.kubernetes_version` "
      .. "of the policy, and without it the oldest that is still supported, 1.34"),
  },
  why = [[
    A deprecated API version works until the upgrade that removes it, and then every manifest that uses it is
    refused at once. kubectl warns on each use. What is removed already is told by manifest/removed-api.]],
  fix = [[Move to the API version that takes over while both are served.]],
  links = { "https://kubernetes.io/docs/reference/using-api/deprecation-guide/" },
  aka = { "stable-version", "polaris deprecatedAPI" },

  check = function(doc, ctx)
    local resource = ctx.resource
    local change = apis.change(resource.api_version, resource.kind)
    if change == nil or change.deprecated == nil then return end
    local cluster = apis.cluster(ctx) or apis.oldest
    if change.deprecated > cluster or (change.removed and change.removed <= cluster) then return end
    ctx:fail(at(doc, "apiVersion"), "%s of %s is deprecated since Kubernetes 1.%d%s%s", resource.kind,
      resource.api_version, change.deprecated,
      change.removed and string.format(" and goes with 1.%d", change.removed) or "",
      apis.instead(change, resource.kind))
  end,

  examples = {
    pass { [[
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: {name: echo}
    ]] },
    -- for manifest/removed-api
    pass { [[
      apiVersion: autoscaling/v2beta2
      kind: HorizontalPodAutoscaler
      metadata: {name: echo}
    ]] },
    fail { params = { kubernetes_version = "1.24" }, line = 1, column = 13,
      message = "deprecated since Kubernetes 1.23 and goes with 1.26; use autoscaling/v2, which came with 1.23", [[
      apiVersion: autoscaling/v2beta2
      kind: HorizontalPodAutoscaler
      metadata: {name: echo}
    ]] },
    pass { params = { kubernetes_version = "1.22" }, [[
      apiVersion: autoscaling/v2beta2
      kind: HorizontalPodAutoscaler
      metadata: {name: echo}
    ]] },
    -- deprecated, and never removed; another kind takes over
    fail { message = "deprecated since Kubernetes 1.33; use EndpointSlice of discovery.k8s.io/v1", [[
      apiVersion: v1
      kind: Endpoints
      metadata: {name: echo}
    ]] },
    pass { policy = "vars: {kubernetes_version: \"1.30\"}", [[
      apiVersion: v1
      kind: Endpoints
      metadata: {name: echo}
    ]] },
  },
}
