return rule {
  title = "The namespace of a resource is known",
  whole = true,
  level = "off", -- for repositories that hold their Namespace objects
  kinds = { "*" },
  params = {
    elsewhere = param("list of string", { "default", "kube-system", "kube-public", "kube-node-lease" },
      "namespaces that exist without an object in the repository; * stands for anything"),
  },
  why = [[
    A namespace for which there is neither a Namespace object in the repository nor labels in the policy is a
    typo, or was made by hand. Nobody owns it, no policy speaks of it, and the objects wait for it in vain.]],
  fix = [[Correct the name, add the Namespace object, or give the namespace `labels` in the policy.]],

  check = function(doc, ctx)
    local namespace = ctx.namespace
    local name = namespace.name
    if name == nil or namespace.known or namespace.from == "itself" then return end
    local scope = ctx.resource.scope
    if scope == "cluster" or scope == "client" then return end
    -- of a kind that nobody knows only what the manifest says is sure
    if scope == "unknown" and namespace.from == "path" then return end
    -- the base of several clusters' kustomizations: each namespace is of one of them, the file of none
    if namespace.from == "kustomization" and ctx.file.in_layout and str(ctx.file.cluster, "") == "" then return end
    for pattern in each(ctx.params.elsewhere) do
      if glob(pattern, name) then return end
    end
    local by = namespace.from == "kustomization" and namespace.kustomization .. " puts this into a namespace that "
      .. "nobody knows" or "nobody knows this namespace"
    ctx:fail(at(doc, "metadata", "namespace"), "%s: for %s there is neither a Namespace object nor a policy with "
      .. "its labels", by, name)
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: echo}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: dns, namespace: kube-system}
    ]] },
    pass { policy = [[
      namespaces:
        - {match: echo, labels: {team: echo}}
    ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: echo}
    ]] },
    fail { line = 3, column = 35, message = "nobody knows this namespace: for ehco", policy = [[
      namespaces:
        - {match: echo, labels: {team: echo}}
    ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: ehco}
    ]] },
    fail { namespace = "echo", line = 3, message = "for echo", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
    ]] },
    fail { kustomization = "ehco",
      message = "kustomization.yaml puts this into a namespace that nobody knows: for ehco", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
    ]] },
    pass { kustomization = "echo", path = "base/service.yaml", policy = [[
      layout: [{path: "base/*"}, {path: "{cluster}/**", cluster: "{cluster}"}]
    ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
    ]] },
    pass { params = { elsewhere = { "team-*" } }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-echo}
    ]] },
    pass { namespace = "echo", [[
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: echo}
    ]] },
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
    ]] },
  },
}
