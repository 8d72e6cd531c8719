local RELATIVE = { INSERT_BEFORE = true, INSERT_AFTER = true, REMOVE = true, REPLACE = true }

-- The filter that a patch is about; nil where it names none.
local function filter_name(patch)
  local name = str(patch.patch.value.name, str(patch.match.listener.filterChain.filter.name, ""))
  if name == "" or #name > 200 then return nil end
  return name
end

return rule {
  title = "An EnvoyFilter does not depend on one that only some proxies have",
  level = "warn",
  least = 2,
  why = [[
    INSERT_BEFORE, INSERT_AFTER, REPLACE and REMOVE work on what earlier filters left. Where another EnvoyFilter touches
    the same filter for one proxyVersion only, they do what they should on some proxies and nothing on the others, and
    without a priority nobody knows which comes first.]],
  fix = [[Set `priority` (other than 0), or use INSERT_FIRST, MERGE or ADD.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0155/" },
  aka = { "IST0155" },

  collect = {
    ["networking.istio.io/EnvoyFilter"] = function(filter, ctx)
      for patch in each(filter.spec.configPatches) do
        local name = filter_name(patch)
        local versioned = str(patch.match.proxy.proxyVersion, "") ~= ""
        local operation = str(patch.patch.operation, "")
        local relative = RELATIVE[operation] and num(filter.spec.priority, 0) == 0
        if name and (versioned or relative) then
          ctx:emit(name, { relative = relative and operation, versioned = versioned or nil, at = at(patch, "patch") })
        end
      end
    end,
  },

  join = function(name, facts, ctx)
    for fact in each(facts) do
      local told = false
      for other in each(fact.value.relative and facts) do
        local is_other = other.resource.name ~= fact.resource.name or other.namespace ~= fact.namespace
        if not told and is_other and other.value.versioned and other.namespace == fact.namespace then
          told = true
          ctx:fail(fact.value.at, { also = { { other.value.at, "only for one proxyVersion" } } },
            "%s of filter %s, which EnvoyFilter %s changes for one proxyVersion, and neither has an order",
            fact.value.relative, name, str(other.resource.name, "?"))
        end
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: a, namespace: istio-system}
      spec:
        configPatches:
          - {match: {proxy: {proxyVersion: "1.4"}}, patch: {operation: ADD, value: {name: lua}}}
          - {patch: {operation: REPLACE, value: {name: lua}}}
      ---
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: b, namespace: istio-system}
      spec: {priority: 10, configPatches: [{patch: {operation: REPLACE, value: {name: lua}}}]}
      ---
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: c, namespace: istio-system}
      spec: {configPatches: [{patch: {operation: MERGE, value: {name: lua}}}]}
    ]] },
    fail { line = 10, column = 84, count = 1,
      message = "INSERT_AFTER of filter tcp, which EnvoyFilter a changes for one", [[
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: a, namespace: istio-system}
      spec: {configPatches: [{match: {proxy: {proxyVersion: "1.4"}}, patch: {operation: ADD, value: {name: tcp}}}]}
      ---
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: b, namespace: istio-system}
      spec:
        configPatches: [{match: {listener: {filterChain: {filter: {name: tcp}}}}, patch: {operation: INSERT_AFTER}}]
    ]] },
  },
}
