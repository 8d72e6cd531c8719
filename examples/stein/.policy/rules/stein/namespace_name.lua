local place = require "place"

-- the variables of this repository, for the examples
local policy = [[
  vars:
    service_from_end: 4
    short_env: {development: dev}
    namespace_name_map: {gateway: [x-gateway-jp-dev]}
]]

return rule {
  title = "A namespace is called after its service and environment",
  level = "error",
  kinds = { "*" },
  after = { "tenancy/namespace-required" },
  why = [[Who sees a namespace finds its manifests, and no service writes into the namespace of another.]],
  fix = [[Set metadata.namespace to SERVICE-ENV as the directories say.]],

  when = function(_, ctx) return not place.is_irregular(ctx) end,

  check = function(doc, ctx)
    local namespace, want = doc.metadata.namespace, place.service_and_env(ctx)
    if typeof(namespace) == "string" and want and namespace ~= want then
      ctx:fail(at(doc, "metadata", "namespace"), "namespace name %q is invalid: the path says %s", namespace, want)
    end
  end,

  examples = {
    pass { path = "m/x-echo-jp/development/Service/echo.yaml", policy = policy, [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: x-echo-jp-dev}
    ]] },
    -- a special case, which is the next rule's
    pass { path = "m/x-gateway-jp/development/Service/gateway.yaml", policy = policy, [[
      apiVersion: v1
      kind: Service
      metadata: {name: gateway, namespace: gateway}
    ]] },
    fail { path = "m/x-echo-jp/development/Service/echo.yaml", policy = policy, line = 3, column = 35,
      message = "the path says x-echo-jp-dev", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: x-echo-jp-prod}
    ]] },
  },
}
