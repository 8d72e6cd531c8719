-- groups whose names are free but for / and %: roles are called system:node, requests and bundles likewise
local FREE = {
  ["rbac.authorization.k8s.io"] = true, ["certificates.k8s.io"] = true, ["apiregistration.k8s.io"] = true,
}
-- kinds that are no objects: they are sent, answered and forgotten
local NAMELESS = {
  Binding = true, Eviction = true, LocalSubjectAccessReview = true, Scale = true, SelfSubjectAccessReview = true,
  SelfSubjectReview = true, SelfSubjectRulesReview = true, SubjectAccessReview = true, TokenRequest = true,
  TokenReview = true, List = true, Status = true,
  IstioOperator = true, -- read by istioctl
}

local DOMAIN = "^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\\z"

-- Why a cluster refuses the name, or nil.
local function refusal(name, resource)
  if FREE[resource.group] or string.ends_with(resource.group, ".openshift.io") then
    if re.test(name, "[/%]") then return "a name holds neither / nor %" end
  elseif resource.group == "" and (resource.kind == "Namespace" or resource.kind == "Service") then
    if not re.test(name, "^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\\z") then
      return "it consists of at most 63 lower case letters, digits and -"
    end
  elseif #name > 253 or not re.test(name, DOMAIN) then
    return "it consists of at most 253 lower case letters, digits, - and ., with a letter or digit at both ends"
  end
  return nil
end

-- A kustomization gives the Namespace of its own directory the name that it sets for all.
local function is_named_later(resource, ctx)
  return resource.kind == "Namespace" and ctx.files(ctx.file.directory .. "/kustomization.y*ml")[1] ~= nil
end

local function check_name(doc, name, resource, ctx)
  if string.find(name, "$") then return end
  local why = refusal(name, resource)
  if why == nil or is_named_later(resource, ctx) then return end
  local place = at(doc, "metadata", "name")
  if string.find(name, "{{") then
    ctx:fail(place, "the name %q holds a template that was not rendered", name)
  else
    ctx:fail(place, "%q is no name of a %s%s: %s", name, resource.kind,
      re.test(name, "<.+>|[A-Z]{4}") and " (a placeholder that was not filled in?)" or "", why)
  end
end

return rule {
  title = "A resource has a name that Kubernetes takes",
  level = "error",
  kinds = { "*" },
  why = [[
    Without a name, or with one that breaks the rules for it, the object is refused when it is applied: long after the
    review. Names that hold `$` are left alone, since something fills them in before.]],
  fix = [[Set metadata.name, in lower case letters, digits and dashes.]],
  links = { "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/" },

  check = function(doc, ctx)
    local resource, metadata = ctx.resource, doc.metadata
    if resource.scope ~= "namespaced" and resource.scope ~= "cluster" then return end
    local kind = type(metadata) == "table" and typeof(metadata, "name") or "missing"
    if kind == "string" and metadata.name ~= "" then
      check_name(doc, metadata.name, resource, ctx)
    elseif kind == "number" or kind == "boolean" then
      ctx:fail(at(metadata, "name"), "the name is a %s, and Kubernetes takes only text: quote it", kind)
    elseif not NAMELESS[resource.kind] and str(metadata.generateName, "") == "" then
      ctx:fail(at(doc, "metadata", "name"), "this %s has no name", resource.kind)
    end
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo-2}
    ]] },
    pass { [[
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: "system:Node"}
    ]] },
    -- kubectl create takes it
    pass { [[
      apiVersion: batch/v1
      kind: Job
      metadata: {generateName: echo-}
    ]] },
    pass { [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: "echo-${CLUSTER}"}
    ]] },
    -- not sent to a cluster, or nobody knows
    pass { "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n" },
    pass { "apiVersion: acme.com/v1\nkind: Settings\n" },
    fail { line = 3, column = 11, message = "this Service has no name", [[
      apiVersion: v1
      kind: Service
      metadata: {}
    ]] },
    fail { line = 1, message = "this Service has no name", [[
      apiVersion: v1
      kind: Service
    ]] },
    fail { line = 3, column = 18, message = "\"Echo_1\" is no name of a Deployment", [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: Echo_1}
    ]] },
    fail { line = 3, message = "at most 63 lower case letters, digits and -", [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: team.echo}
    ]] },
    fail { line = 3, message = "\"REPLACEME-web\" is no name of a Service (a placeholder that was not filled in?)", [[
      apiVersion: v1
      kind: Service
      metadata: {name: REPLACEME-web}
    ]] },
    -- the kustomization beside it says `namespace: echo`
    pass { path = "echo/namespace.yaml", files = { "echo/kustomization.yaml" }, [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: _}
    ]] },
    fail { line = 3, message = "the name is a number", [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: 123}
    ]] },
    fail { line = 3, message = "a template that was not rendered", [[
      apiVersion: v1
      kind: Service
      metadata: {name: "{{ .Release.Name }}-echo"}
    ]] },
  },
}
