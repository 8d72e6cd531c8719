return rule {
  title = "A resource is for the namespace that its path stands for",
  level = "error",
  kinds = { "*" },
  after = { "tenancy/namespace-required" },
  why = [[
    A team owns a directory, and the policy says which namespace the directory stands for. A manifest in it
    that writes to another namespace changes what belongs to somebody else, under a review that the owner
    never sees.]],
  fix = [[Set metadata.namespace (or the kustomization's `namespace:`) to the path's, or move the file.]],
  aka = { "stein namespace_name" },

  when = function(_, ctx)
    return ctx.file.namespace ~= nil and ctx.resource.scope ~= "cluster" and ctx.resource.scope ~= "client"
  end,

  check = function(doc, ctx)
    local name = ctx.namespace.name
    if name == nil or name == ctx.file.namespace then return end
    if ctx.namespace.from == "kustomization" then
      ctx:fail(at(doc, "metadata", "namespace"), "%s puts this into namespace %s, but the path stands "
        .. "for %s", ctx.namespace.kustomization, name, ctx.file.namespace)
    else
      ctx:fail(at(doc, "metadata", "namespace"), "namespace %s, but the path stands for %s", name,
        ctx.file.namespace)
    end
  end,

  examples = {
    pass { namespace = "x-echo-jp-dev", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: x-echo-jp-dev}
    ]] },
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: anything}
    ]] },
    fail { namespace = "x-echo-jp-dev", line = 5, column = 14, message = "the path stands for x-echo-jp-dev", [[
      apiVersion: v1
      kind: Service
      metadata:
        name: echo
        namespace: x-other-jp-dev
    ]] },
    fail { namespace = "x-echo-jp-dev", kustomization = "x-other-jp-dev", message = "kustomization.yaml puts this into namespace x-other-jp-dev", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
    ]] },
    fail { path = "services/echo/prod/service.yaml", message = "the path stands for echo-prod",
      policy = [[
        layout:
          - {path: "services/{service}/{env}/**", namespace: "{service}-{env}"}
      ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: echo-dev}
    ]] },
  },
}
