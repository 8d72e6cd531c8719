return rule {
  title = "Only the owner's files write to a protected namespace",
  level = "error",
  kinds = { "*" },
  why = [[
    System namespaces belong to the platform team. The policy lists the files that may write to them
    (`paths` of an entry of `namespaces`); a manifest anywhere else that does could replace what the whole
    cluster depends on.]],
  fix = [[Use your own namespace, or ask the owner of the protected one to take the file in.]],

  check = function(doc, ctx)
    for paths in each(ctx.namespace.paths) do
      local allowed = false
      for pattern in each(paths) do
        if glob_path(pattern, ctx.file.path) then allowed = true end
      end
      if not allowed then
        local owner = ctx.namespace.owner
        ctx:fail(at(doc, "metadata", "namespace"), "namespace %s %s: only %s may write to it",
          ctx.namespace.name, owner and "belongs to " .. owner or "is protected", table.concat(paths, ", "))
      end
    end
  end,

  examples = {
    pass { path = "platform/dns.yaml", policy = [[
      namespaces:
        - {match: kube-system, paths: [platform/**]}
    ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: dns, namespace: kube-system}
    ]] },
    fail { path = "teams/echo.yaml", line = 3, message = "namespace kube-system belongs to platform: only platform/** may write to it",
      policy = [[
        namespaces:
          - {match: kube-system, owner: platform, paths: [platform/**]}
      ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: dns, namespace: kube-system}
    ]] },
  },
}
