local ROUTES = { ROUTE_CONFIGURATION = true, HTTP_ROUTE = true }
local REPLACEABLE = { NETWORK_FILTER = true, HTTP_FILTER = true, VIRTUAL_HOST = true }

-- Whether the patch works on what other filters left, and works at all.
local function is_relative(patch)
  local operation, target = patch.patch.operation, str(patch.applyTo, "")
  if operation == "REMOVE" then return not ROUTES[target] end
  if operation == "REPLACE" then return REPLACEABLE[target] == true end
  return operation == "INSERT_BEFORE" or operation == "INSERT_AFTER"
end

local function filter_name(patch)
  return str(patch.patch.value.name, str(patch.match.listener.filterChain.filter.name, ""))
end

return rule {
  title = "An EnvoyFilter that depends on others says when it runs",
  level = "warn",
  kinds = { "networking.istio.io/EnvoyFilter" },
  why = [[
    REMOVE, REPLACE, INSERT_BEFORE and INSERT_AFTER work on what the filters before them left. Without a priority those
    of one namespace run in the order of their creation, which no manifest shows and a new cluster changes. A patch for
    one proxyVersion makes it worse: for other versions the filter that it depends on is not there.]],
  fix = [[Set `priority` (other than 0), or use INSERT_FIRST, MERGE or ADD.]],
  links = {
    "https://istio.io/latest/docs/reference/config/analysis/ist0151/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0155/",
  },
  aka = { "IST0151", "IST0155" },

  when = function(filter) return num(filter.spec.priority, 0) == 0 end,

  check = function(filter, ctx)
    local versioned = {}
    for patch in each(filter.spec.configPatches) do
      local name = filter_name(patch)
      if is_relative(patch) then
        local other = versioned[name]
        ctx:fail(at(patch, "patch", "operation"), { also = other and { { other, "only for this version" } } or {} },
          "%s depends on which filters ran before%s, and the filter has no priority", patch.patch.operation,
          other and " and an earlier patch of it is for one proxyVersion" or "")
      end
      if str(patch.match.proxy.proxyVersion, "") ~= "" then versioned[name] = at(patch, "match", "proxy") end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: lua}
      spec:
        priority: 10
        configPatches: [{applyTo: HTTP_FILTER, patch: {operation: INSERT_BEFORE}}]
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: lua}
      spec:
        configPatches:
          - {applyTo: HTTP_FILTER, patch: {operation: INSERT_FIRST}}
          - {applyTo: CLUSTER, patch: {operation: REPLACE}}
    ]] },
    fail { line = 6, message = "INSERT_BEFORE depends on which filters ran before", [[
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: lua}
      spec:
        configPatches:
          - {applyTo: HTTP_FILTER, patch: {operation: INSERT_BEFORE}}
    ]] },
    fail { line = 7, message = "an earlier patch of it is for one proxyVersion", [[
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: lua}
      spec:
        configPatches:
          - {applyTo: HTTP_FILTER, match: {proxy: {proxyVersion: "1.4"}}, patch: {operation: ADD, value: {name: lua}}}
          - {applyTo: HTTP_FILTER, patch: {operation: REPLACE, value: {name: lua}}}
    ]] },
    fail { line = 9, message = "an earlier patch of it is for one proxyVersion", [[
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: lua}
      spec:
        configPatches:
          - applyTo: NETWORK_FILTER
            match: {proxy: {proxyVersion: "1.4"}, listener: {filterChain: {filter: {name: tcp}}}}
            patch: {operation: MERGE}
          - patch: {operation: INSERT_AFTER}
            match: {listener: {filterChain: {filter: {name: tcp}}}}
            applyTo: NETWORK_FILTER
    ]] },
  },
}
