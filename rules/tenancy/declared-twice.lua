-- Where a declaration is sure to meet others: in its file, in the kustomization that builds it, and where the layout
-- says of which cluster it is. Elsewhere the second is nearly always a copy for another cluster, or a variant.
local function groups_of(fact)
  local list = { "file " .. fact.file }
  if fact.value.kustomization then table.insert(list, "kustomization " .. fact.value.kustomization) end
  if fact.value.in_layout then table.insert(list, "layout") end
  if fact.params.everywhere then table.insert(list, "everywhere") end
  return list
end

return rule {
  title = "A resource is declared once in a cluster",
  level = "error",
  apart = "key",
  least = 2,
  params = {
    everywhere = param("boolean", false, "also tell declarations in files that no layout of the policy places: in a "
      .. "repository without one, copies for other clusters cannot be told from faults"),
  },
  why = [[
    Of two declarations of one resource the one that is applied last counts, and two tools that apply one each undo each
    other for ever. What is changed in the first file has no effect, and nothing says so.

    Told are two in one file, two in one kustomization (which kustomize refuses), and two in files for which the
    policy's `layout` says that they are of one cluster and one namespace.]],
  fix = [[
    Delete one. Where both are meant, for two clusters, let the `layout` say which path is which cluster; where they are
    variants of each other, build them with a kustomization, or leave one out with `exclude`.]],

  collect = {
    ["*"] = function(doc, ctx)
      local resource, namespace = ctx.resource, ctx.namespace
      local name = resource.name
      if not name or #name > 253 or #resource.kind > 253 or resource.scope == "client" then return end
      -- helm runs hooks one after the other and deletes them in between
      if doc.metadata.annotations["helm.sh/hook"] ~= nil then return end
      local where = resource.scope ~= "cluster" and ctx.scope
      ctx:emit({ where, string.sub(str(resource.group, ""), 1, 253), resource.kind, name }, {
        at = at(doc, "metadata", "name"), in_layout = ctx.file.in_layout,
        kustomization = namespace.from == "kustomization" and namespace.kustomization or nil,
        namespace = namespace.name })
    end,
  },

  join = function(key, facts, ctx)
    local first, seen, told = {}, {}, {}
    local function tell(fact, other, id)
      if told[id] then return end
      told[id] = true
      ctx:fail(fact.value.at, { also = { { other.value.at, "declared here too" } } }, "%s %s is declared twice", key[3],
        key[4])
    end
    for fact in each(facts) do
      local id = fact.file .. ":" .. fact.resource.document .. ":" .. num(fact.resource.item, 0)
      -- what several kustomizations build is one document
      for _, group in ipairs(seen[id] and {} or groups_of(fact)) do
        local earlier = first[group]
        if earlier then tell(fact, earlier.fact, id) end
        -- those who come later are told; of different teams both
        if earlier and earlier.fact.value.namespace ~= fact.value.namespace then
          tell(earlier.fact, fact, earlier.id)
        end
        first[group] = earlier or { fact = fact, id = id }
      end
      seen[id] = true
    end
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: echo}
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: echo, namespace: echo}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: other}
    ]] },
    fail { line = 7, column = 18, count = 1, message = "Service echo is declared twice", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: echo}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: echo}
    ]] },
    -- in two files: copies, unless the layout says that they are none
    pass { path = "production/echo.yaml", files = { ["development/echo.yaml"] = [[
        apiVersion: v1
        kind: Service
        metadata: {name: echo, namespace: echo}
      ]] }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: echo}
    ]] },
    fail { params = { everywhere = true }, path = "production/echo.yaml", files = { ["development/echo.yaml"] = [[
        apiVersion: v1
        kind: Service
        metadata: {name: echo, namespace: echo}
      ]] }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: echo}
    ]] },
    pass { policy = [[
      layout: [{path: "{cluster}/*", cluster: "{cluster}"}]
    ]], path = "production/echo.yaml", files = { ["development/echo.yaml"] = [[
        apiVersion: v1
        kind: Service
        metadata: {name: echo, namespace: echo}
      ]] }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: echo}
    ]] },
    fail { policy = [[
      layout: [{path: "{cluster}/**", cluster: "{cluster}"}]
    ]], path = "production/b/echo.yaml", files = { ["production/a/echo.yaml"] = [[
        apiVersion: v1
        kind: Service
        metadata: {name: echo, namespace: echo}
      ]] }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: echo}
    ]] },
    -- of the whole cluster, by two teams
    fail { policy = [[
      layout: [{path: "{team}/*", namespace: "{team}"}]
    ]], path = "team-a/role.yaml", files = { ["team-b/role.yaml"] = [[
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: reader}
      ]] }, count = 2, [[
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: reader}
    ]] },
    pass { [[
      apiVersion: batch/v1
      kind: Job
      metadata: {name: migrate, annotations: {helm.sh/hook: pre-install}}
      ---
      apiVersion: batch/v1
      kind: Job
      metadata: {name: migrate, annotations: {helm.sh/hook: pre-upgrade}}
    ]] },
    -- what has no name yet
    pass { [[
      apiVersion: batch/v1
      kind: Job
      metadata: {generateName: a-}
      ---
      apiVersion: batch/v1
      kind: Job
      metadata: {generateName: a-}
    ]] },
  },
}
