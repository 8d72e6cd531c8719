-- groups that hold the accounts of all namespaces, or more
local EVERYBODY = {
  ["system:serviceaccounts"] = "every service account of the cluster", ["system:authenticated"] = "everybody",
  ["system:unauthenticated"] = "everybody, without logging in",
}

-- The namespace that a subject belongs to, and the field that says so; nil where it belongs to none.
local function home_of(subject)
  local kind, name = subject.kind, str(subject.name, "")
  if kind == "ServiceAccount" then
    return str(subject.namespace), "namespace"
  elseif kind == "User" then
    return re.match(name, "^system:serviceaccount:([^:]+):"), "name"
  elseif kind == "Group" then
    return re.match(name, "^system:serviceaccounts:([^:]+)$"), "name"
  end
  return nil
end

local function is_allowed(namespace, patterns)
  for pattern in each(patterns) do
    if glob(pattern, namespace) then return true end
  end
  return false
end

return rule {
  title = "Roles are bound to subjects of the same namespace",
  level = "error",
  kinds = { "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding" },
  params = {
    allow = param("list of string", {}, "namespaces whose accounts may be bound anywhere, as monitoring; "
      .. "* stands for anything"),
    everybody = param("boolean", false, "whether groups that hold everybody may be bound"),
  },
  why = [[
    A binding to another namespace's service account lets that team's pods act in this namespace, and who can
    create pods there decides who they are. The other team can also rename or hand on the account unseen.]],
  fix = [[Bind an account of this namespace, or ask the platform team to allow the other one (parameter `allow`).]],
  links = { "https://kubernetes.io/docs/concepts/security/rbac-good-practices/" },

  check = function(binding, ctx)
    -- of a binding for the whole cluster the namespace is the one that its path stands for
    local own = ctx.namespace.name
    -- a kustomization moves the accounts that it builds along with their bindings
    local moved = ctx.namespace.from == "kustomization"
    for subject in each(binding.subjects) do
      if type(subject) == "table" then
        local home, field = home_of(subject)
        local everybody = subject.kind == "Group" and EVERYBODY[str(subject.name, "")]
        if everybody and not ctx.params.everybody then
          ctx:fail(at(subject, "name"), "the group %s is %s", subject.name, everybody)
        elseif home and own and home ~= own and not (moved and field == "namespace")
          and not is_allowed(home, ctx.params.allow) then
          ctx:fail(at(subject, field), "%s %s is of namespace %s, and this binding is %s %s", subject.kind,
            str(subject.name, "?"), home, ctx.resource.kind == "RoleBinding" and "in" or "of", own)
        end
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: echo, namespace: echo}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: echo}
      subjects:
        - {kind: ServiceAccount, name: echo, namespace: echo}
        - {kind: User, apiGroup: rbac.authorization.k8s.io, name: "system:serviceaccount:echo:ci"}
        - {kind: Group, apiGroup: rbac.authorization.k8s.io, name: "team-echo@acme.com"}
    ]] },
    fail { line = 6, column = 49, count = 3,
      message = "ServiceAccount ci is of namespace other, and this binding is in echo", [[
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: echo, namespace: echo}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: echo}
      subjects:
        - {kind: ServiceAccount, name: ci, namespace: other}
        - {kind: User, apiGroup: rbac.authorization.k8s.io, name: "system:serviceaccount:other:ci"}
        - {kind: Group, apiGroup: rbac.authorization.k8s.io, name: "system:serviceaccounts:other"}
    ]] },
    fail { line = 7, message = "the group system:authenticated is everybody", [[
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: echo, namespace: echo}
      subjects:
        - kind: Group
          apiGroup: rbac.authorization.k8s.io
          name: system:authenticated
    ]] },
    pass { params = { allow = { "monitor*" } }, [[
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: echo, namespace: echo}
      subjects:
        - {kind: ServiceAccount, name: prometheus, namespace: monitoring}
    ]] },
    pass { kustomization = "echo", [[
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: echo}
      subjects:
        - {kind: ServiceAccount, name: controller, namespace: system}
    ]] },
    -- a binding for the whole cluster, in the directory of a team, and in none
    fail { namespace = "echo", line = 5, message = "is of namespace other, and this binding is of echo", [[
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: echo}
      subjects:
        - {kind: ServiceAccount, name: ci, namespace: other}
    ]] },
    pass { [[
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: echo}
      subjects:
        - {kind: ServiceAccount, name: ci, namespace: other}
    ]] },
  },
}
