local valid = require "mesh/valid"

local ROUTES = { ROUTE_CONFIGURATION = "routeConfiguration", VIRTUAL_HOST = "routeConfiguration",
  HTTP_ROUTE = "routeConfiguration" }
local LISTENERS = {
  LISTENER = "listener", FILTER_CHAIN = "listener", NETWORK_FILTER = "listener", HTTP_FILTER = "listener",
  LISTENER_FILTER = "listener",
}

-- what each target is matched by; the rest by nothing
local MATCHED_BY = { CLUSTER = "cluster" }
for target, by in pairs(ROUTES) do MATCHED_BY[target] = by end
for target, by in pairs(LISTENERS) do MATCHED_BY[target] = by end

local OPERATIONS_WITHOUT_VALUE = { REMOVE = true }

local function check_patch(item, ctx)
  local target = item.applyTo
  if str(target, "") == "" or target == "INVALID" then ctx:fail(at(item, "applyTo"), "a patch needs applyTo") end
  if type(item.patch) ~= "table" then
    ctx:fail(at(item, "patch"), "a patch is missing")
    return
  end
  local operation = item.patch.operation
  if str(operation, "") == "" or operation == "INVALID" then
    ctx:fail(at(item, "patch", "operation"), "a patch needs an operation")
  elseif not OPERATIONS_WITHOUT_VALUE[operation] and item.patch.value == nil then
    ctx:fail(at(item, "patch", "value"), "operation %s needs a value", operation)
  end
  for _, by in ipairs { "listener", "routeConfiguration", "cluster" } do
    local wanted = MATCHED_BY[str(target, "")]
    if wanted and type(item.match[by]) == "table" and wanted ~= by then
      ctx:fail(at(item, "match", by), "applyTo %s is matched by %s, not by %s", target, wanted, by)
    end
  end
end

return rule {
  title = "An EnvoyFilter is one that istiod takes",
  level = "error",
  kinds = { "networking.istio.io/EnvoyFilter" },
  why = [[istiod refuses what it finds wrong here, or, where its webhook is not asked, drops it in silence.]],
  fix = [[Correct what the message names.]],
  links = {
    "https://istio.io/latest/docs/reference/config/networking/envoy-filter/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0106/",
  },
  aka = { "IST0106" },

  check = function(filter, ctx)
    valid.selector(ctx, filter.spec.workloadSelector.labels)
    for item in each(filter.spec.configPatches) do check_patch(item, ctx) end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: lua}
      spec:
        configPatches:
          - {applyTo: HTTP_FILTER, match: {listener: {}}, patch: {operation: INSERT_FIRST, value: {}}}
          - {applyTo: CLUSTER, match: {cluster: {service: a}}, patch: {operation: REMOVE}}
          - {applyTo: BOOTSTRAP, patch: {operation: MERGE, value: {}}}
    ]] },
    fail { line = 6, count = 5, message = "applyTo CLUSTER is matched by cluster, not by listener", [[
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: lua}
      spec:
        configPatches:
          - {applyTo: CLUSTER, match: {listener: {}}, patch: {operation: MERGE, value: {}}}
          - {patch: {value: {}}}
          - {applyTo: HTTP_ROUTE, patch: {operation: MERGE}}
          - {applyTo: HTTP_ROUTE}
    ]] },
    fail { line = 4, message = "a selector knows no wildcards", [[
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: lua}
      spec: {workloadSelector: {labels: {app: echo-*}}}
    ]] },
  },
}
