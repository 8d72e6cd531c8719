local ROUTES = { ROUTE_CONFIGURATION = true, HTTP_ROUTE = true }
local REPLACEABLE = { NETWORK_FILTER = true, HTTP_FILTER = true, VIRTUAL_HOST = true }

return rule {
  title = "An EnvoyFilter uses operations that its target knows",
  level = "error",
  kinds = { "networking.istio.io/EnvoyFilter" },
  why = [[
    REPLACE works on filters and virtual hosts only; ADD and REMOVE do not work on routes and their configuration. The
    patch is passed over in silence.]],
  fix = [[Use MERGE, or INSERT_FIRST for what is to be added.]],
  links = {
    "https://istio.io/latest/docs/reference/config/analysis/ist0152/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0153/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0154/",
  },
  aka = { "IST0152", "IST0153", "IST0154" },

  check = function(filter, ctx)
    for patch in each(filter.spec.configPatches) do
      local operation, target = patch.patch.operation, str(patch.applyTo, "")
      local works = true
      if operation == "REPLACE" then works = REPLACEABLE[target] end
      if operation == "ADD" or operation == "REMOVE" then works = not ROUTES[target] end
      if not works then
        ctx:fail(at(patch, "patch", "operation"), "%s does nothing where applyTo is %s", operation, patch.applyTo)
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: lua}
      spec:
        configPatches:
          - {applyTo: HTTP_FILTER, patch: {operation: REPLACE}}
          - {applyTo: CLUSTER, patch: {operation: ADD}}
          - {applyTo: HTTP_ROUTE, patch: {operation: MERGE}}
          - {applyTo: HTTP_ROUTE}
    ]] },
    fail { line = 6, count = 3, message = "REPLACE does nothing where applyTo is CLUSTER", [[
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: lua}
      spec:
        configPatches:
          - {applyTo: CLUSTER, patch: {operation: REPLACE}}
          - {applyTo: HTTP_ROUTE, patch: {operation: ADD}}
          - {applyTo: ROUTE_CONFIGURATION, patch: {operation: REMOVE}}
    ]] },
  },
}
