return rule {
  title = "Resources of the whole cluster are declared only by the platform's files",
  level = "error",
  kinds = { "*" },
  params = {
    paths = param("list of string", {}, "path globs of the files that may declare them; none: every file whose "
      .. "path stands for no namespace"),
    allow = param("list of string", {}, "kinds that every file may declare, as Namespace or "
      .. "scheduling.k8s.io/PriorityClass; * stands for anything"),
  },
  why = [[
    A ClusterRole, a webhook, a CustomResourceDefinition or a PriorityClass acts on every namespace, so one team's file
    changes what all others have. A Namespace object is one of them: its labels decide about the mesh and about
    pod security.]],
  fix = [[Ask the platform team to take the file in, or use the namespaced kind: Role for ClusterRole, Issuer for
    ClusterIssuer.]],

  check = function(doc, ctx)
    local resource, file = ctx.resource, ctx.file
    if resource.scope ~= "cluster" then return end
    local kind = resource.kind
    for pattern in each(ctx.params.allow) do
      if glob(pattern, kind) or glob(pattern, resource.group .. "/" .. kind) then return end
    end
    local paths = ctx.params.paths
    for pattern in each(paths) do
      if glob_path(pattern, file.path) then return end
    end
    if paths[1] then
      ctx:fail(at(doc, "kind"), "a %s is for the whole cluster: only files in %s may declare one", kind,
        table.concat(paths, ", "))
    elseif file.namespace then
      ctx:fail(at(doc, "kind"), "a %s is for the whole cluster, and this path stands for namespace %s", kind,
        file.namespace)
    end
  end,

  examples = {
    pass { namespace = "echo", [[
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: echo, namespace: echo}
    ]] },
    pass { path = "platform/rbac.yaml", [[
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: echo}
    ]] },
    fail { namespace = "echo", line = 2, column = 7, message = "a ClusterRole is for the whole cluster, and this path "
      .. "stands for namespace echo", [[
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: echo}
    ]] },
    pass { path = "platform/rbac.yaml", params = { paths = { "platform/**" } }, [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: echo}
    ]] },
    fail { path = "teams/echo/rbac.yaml", params = { paths = { "platform/**" } },
      message = "only files in platform/** may declare one", [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: echo}
    ]] },
    pass { namespace = "echo", params = { allow = { "Namespace", "scheduling.k8s.io/*" } }, [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: echo}
      ---
      apiVersion: scheduling.k8s.io/v1
      kind: PriorityClass
      metadata: {name: echo}
    ]] },
    -- nobody knows where this lives
    pass { namespace = "echo", [[
      apiVersion: acme.com/v1
      kind: Fleet
      metadata: {name: echo}
    ]] },
  },
}
