local apis = require "apis"

-- What is wrong with a kind in a group that is not one of Kubernetes' own: is the group meant to be one?
local function check_group(doc, ctx, resource)
  for group in each(apis.groups(resource.kind)) do
    if group ~= "" and string.near(resource.group, { group }) then
      ctx:fail(at(doc, "apiVersion"), "there is no API group %s; did you mean %s/%s?", resource.group, group,
        apis.versions(group, resource.kind)[1])
      return
    end
  end
end

local function check_kind(doc, ctx, resource, kinds)
  local kind, group = resource.kind, resource.group
  local versions, home = apis.versions(group, kind), apis.home(kind)
  local name = group == "" and "the core group (v1)" or group
  if versions then
    if apis.may_come(group, kind, resource.version) then return end
    ctx:fail(at(doc, "apiVersion"), "%s has no version %s of %s, only %s", name, resource.version, kind,
      table.concat(versions, ", "))
  elseif home then
    ctx:fail(at(doc, "apiVersion"), "%s has no %s; it is in %s", name, kind, home)
  else
    local near = string.near(kind, kinds)
    if near then ctx:fail(at(doc, "kind"), "%s has no %s; did you mean %s?", name, kind, near) end
  end
end

return rule {
  title = "Kinds and API versions of Kubernetes itself exist",
  level = "error",
  kinds = { "*" },
  params = {
    allow = param("list of string", {}, "what a newer Kubernetes has, as apps/v2/Deployment; * stands for anything"),
  },
  why = [[
    An API server refuses a kind that it does not know (`no matches for kind`), and until then most tools pass over
    the document in silence: a `Deploymnet`, or a Deployment in `v1`, is checked by nobody. Kinds of groups that
    are not of Kubernetes itself are custom resources, about which this rule says nothing.]],
  fix = [[Correct the kind or the apiVersion. `kubectl api-resources` lists what a cluster has.]],
  links = { "https://kubernetes.io/docs/reference/kubernetes-api/" },

  check = function(doc, ctx)
    local resource = ctx.resource
    local kind = resource.kind
    if resource.scope == "client" or apis.has(resource.api_version, kind) then return end
    local kinds = apis.kinds(resource.group)
    if kinds == nil and resource.scope ~= "unknown" then return end -- a custom resource that krug knows
    if string.ends_with(kind, "List") then return end
    for pattern in each(ctx.params.allow) do
      if glob(pattern, resource.api_version .. "/" .. kind) then return end
    end
    if kinds then
      check_kind(doc, ctx, resource, kinds)
    else
      check_group(doc, ctx, resource)
    end
  end,

  examples = {
    pass { [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo}
    ]] },
    pass { [[
      apiVersion: acme.com/v1
      kind: Deploymnet
      metadata: {name: echo}
    ]] },
    fail { line = 2, column = 7, message = "apps has no Deploymnet; did you mean Deployment?", [[
      apiVersion: apps/v1
      kind: Deploymnet
      metadata: {name: echo}
    ]] },
    fail { line = 1, column = 13, message = "the core group (v1) has no Deployment; it is in apps/v1", [[
      apiVersion: v1
      kind: Deployment
      metadata: {name: echo}
    ]] },
    fail { line = 1, message = "no API group app; did you mean apps/v1?", [[
      apiVersion: app/v1
      kind: Deployment
      metadata: {name: echo}
    ]] },
    fail { line = 1, message = "no API group network.k8s.io; did you mean networking.k8s.io/v1?", [[
      apiVersion: network.k8s.io/v1
      kind: Ingress
      metadata: {name: echo}
    ]] },
    fail { line = 1, message = "apps has no version v2 of Deployment, only v1, v1beta2, v1beta1", [[
      apiVersion: apps/v2
      kind: Deployment
      metadata: {name: echo}
    ]] },
    -- it went as v1beta1 and never came to v1
    fail { line = 1, message = "policy has no version v1 of PodSecurityPolicy, only v1beta1", [[
      apiVersion: policy/v1
      kind: PodSecurityPolicy
      metadata: {name: echo}
    ]] },
    -- an API that is not stable yet may have gone on
    pass { [[
      apiVersion: internal.apiserver.k8s.io/v1beta1
      kind: StorageVersion
      metadata: {name: echo}
    ]] },
    -- a kind that a newer Kubernetes may have
    pass { [[
      apiVersion: apps/v1
      kind: Fleet
      metadata: {name: echo}
    ]] },
    pass { params = { allow = { "apps/v2/*" } }, [[
      apiVersion: apps/v2
      kind: Deployment
      metadata: {name: echo}
    ]] },
    -- a kubeconfig
    pass { [[
      apiVersion: v1
      kind: Config
    ]] },
  },
}
