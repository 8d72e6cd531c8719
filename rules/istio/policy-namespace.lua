local small = require "mesh/small"

-- Whether a name fits what a policy says: exactly, whatever the case, or with a * at either end.
local function fits(pattern, name)
  pattern, name = string.lower(pattern), string.lower(name)
  if pattern == "*" then return true end
  if string.starts_with(pattern, "*") then return string.ends_with(name, string.sub(pattern, 2)) end
  if string.ends_with(pattern, "*") then return string.starts_with(name, string.sub(pattern, 1, -2)) end
  return pattern == name
end

-- A namespace whose labels the policy gives exists as well as one with an object.
local function known(_, ctx)
  local name = ctx.namespace.name
  if name and ctx.namespace.known then ctx:emit({ "namespace", string.lower(name) }, {}) end
end

return rule {
  title = "An AuthorizationPolicy names namespaces that exist",
  level = "warn",
  witness = { "v1/Namespace", "v1/Service", "workload" },
  why = [[
    A policy that allows a namespace that does not exist allows nobody, and the callers that it was written for are
    refused; a DENY for it, or a `notNamespaces`, protects from nobody.]],
  fix = [[
    Correct the name. A namespace that is made outside of the repository belongs into the policy:
    `elsewhere: [{kind: Namespace, name: monitoring}]`, or an entry of `namespaces` with its labels. A repository
    without any Namespace is not judged.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0101/" },
  aka = { "IST0101" },

  collect = {
    ["v1/Namespace"] = function(doc, ctx)
      local name = ctx.resource.name
      if not small.is_name(name) then return end
      ctx:emit({ "namespace", string.lower(name) }, {})
      ctx:emit("all", { name = name })
    end,
    ["v1/Service"] = known,
    workload = known,
    ["security.istio.io/AuthorizationPolicy"] = function(doc, ctx)
      for item in each(doc.spec.rules) do
        for from in each(item.from) do
          for _, field in ipairs { "namespaces", "notNamespaces" } do
            local list = from.source[field]
            for name, i in each(list) do
              if small.is_name(name) and not small.has_placeholder(name) then
                local wild = string.find(name, "*")
                ctx:emit(wild and "all" or { "namespace", string.lower(name) }, { wanted = name, at = at(list, i) })
              end
            end
          end
        end
      end
    end,
  },

  join = function(key, facts, ctx)
    for fact in each(facts) do
      local wanted, found = fact.value.wanted, false
      for other in each(wanted and facts) do
        found = found or (not other.value.wanted and (key ~= "all" or fits(wanted, other.value.name)))
      end
      if wanted and not found and #ctx:facts("all") > 0 and not ctx:elsewhere("Namespace", "", wanted) then
        local all = {}
        for other in each(ctx:facts("all")) do
          if other.value.name and #all < 2000 then table.insert(all, other.value.name) end
        end
        local near = string.near(wanted, all)
        if #all > 0 then
          ctx:fail(fact.value.at, "there is no namespace %s%s", wanted, near and "; did you mean " .. near .. "?" or "")
        end
      end
    end
  end,

  examples = {
    pass { policy = "namespaces: [{match: team-c, labels: {a: b}}]", [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: team-a}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-c}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo, namespace: team-a}
      spec:
        rules:
          - from: [{source: {namespaces: [team-a, Team-A, "team-*", "*-a", "*", team-c], notNamespaces: [team-a]}}]
    ]] },
    fail { line = 10, column = 37, count = 3, message = "there is no namespace team-d; did you mean team-a?", [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: team-a}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo, namespace: team-a}
      spec:
        rules:
          - from: [{source: {namespaces: [team-d, "x-*"], notNamespaces: [b]}}]
    ]] },
    pass { policy = "elsewhere: [{kind: Namespace, name: monitor*}]", [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: team-a}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo, namespace: team-a}
      spec: {rules: [{from: [{source: {namespaces: [monitoring]}}]}]}
    ]] },
    -- nobody knows any namespace
    pass { [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo, namespace: team-a}
      spec: {rules: [{from: [{source: {namespaces: [team-b, "team-*"]}}]}]}
    ]] },
  },
}
