local apis = require "apis"

return rule {
  title = "The cluster serves the API version",
  level = "error",
  kinds = apis.changed(),
  params = {
    kubernetes_version = param("string", "", "the cluster's version, as 1.34; empty: `vars.kubernetes_version` "
      .. "of the policy, and without it the oldest that is still supported, 1.34"),
  },
  why = [[
    An API version that was removed is refused: the manifest cannot be applied any more, though the objects
    may still run from before the upgrade. One that comes with a later version than the cluster's is refused
    as well.]],
  fix = [[Move to the API version that took over; its fields may differ: `kubectl convert` and the guide below help.]],
  links = { "https://kubernetes.io/docs/reference/using-api/deprecation-guide/" },
  aka = { "no-extensions-v1beta", "stable-version", "polaris deprecatedAPI" },

  check = function(doc, ctx)
    local resource = ctx.resource
    local change = apis.change(resource.api_version, resource.kind)
    if change == nil then return end
    local cluster = apis.cluster(ctx)
    if change.removed and change.removed <= (cluster or apis.oldest) then
      ctx:fail(at(doc, "apiVersion"), "%s of %s was removed in Kubernetes 1.%d%s", resource.kind,
        resource.api_version, change.removed, apis.instead(change, resource.kind))
    elseif cluster and change.deprecated == nil and change.since > cluster then
      ctx:fail(at(doc, "apiVersion"), "%s of %s comes with Kubernetes 1.%d, and the cluster is 1.%d",
        resource.kind, resource.api_version, change.since, cluster)
    end
  end,

  examples = {
    pass { [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo}
    ]] },
    fail { line = 1, column = 13, message = "removed in Kubernetes 1.16; use apps/v1, which came with 1.9", [[
      apiVersion: extensions/v1beta1
      kind: Deployment
      metadata: {name: echo}
    ]] },
    fail { line = 1, message = "removed in Kubernetes 1.25, and nothing takes over", [[
      apiVersion: policy/v1beta1
      kind: PodSecurityPolicy
      metadata: {name: echo}
    ]] },
    -- the group is alive, the kind moved on
    pass { [[
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: echo}
    ]] },
    pass { params = { kubernetes_version = "1.21" }, [[
      apiVersion: networking.k8s.io/v1beta1
      kind: Ingress
      metadata: {name: echo}
    ]] },
    fail { params = { kubernetes_version = "v1.22.3" }, message = "removed in Kubernetes 1.22", [[
      apiVersion: networking.k8s.io/v1beta1
      kind: Ingress
      metadata: {name: echo}
    ]] },
    pass { policy = "vars: {kubernetes_version: \"1.15\"}", [[
      apiVersion: apps/v1beta1
      kind: Deployment
      metadata: {name: echo}
    ]] },
    fail { params = { kubernetes_version = "1.20" }, message = "comes with Kubernetes 1.21, and the cluster is 1.20", [[
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: echo}
    ]] },
    pass { params = { kubernetes_version = "1.20" }, [[
      apiVersion: batch/v1
      kind: Job
      metadata: {name: echo}
    ]] },
  },
}
