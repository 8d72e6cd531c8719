local place = require "place"

-- the variables of this repository, for the examples
local policy = [[
  vars:
    service_from_end: 4
    short_env: {development: dev}
    namespace_name_map: {gateway: [x-gateway-jp-dev]}
]]

return rule {
  title = "A namespace with a name of its own is the one that was agreed on",
  level = "error",
  kinds = { "*" },
  after = { "tenancy/namespace-required" },
  why = [[A few services are older than the naming. The variable `namespace_name_map` lists their namespaces.]],
  fix = [[Set metadata.namespace to the name under which `namespace_name_map` lists the service.]],

  when = function(_, ctx) return place.is_irregular(ctx) end,

  check = function(doc, ctx)
    local namespace = doc.metadata.namespace
    if typeof(namespace) == "string" and not place.is_listed(ctx, namespace) then
      ctx:fail(at(doc, "metadata", "namespace"), "this case is an irregular one, so %q is invalid", namespace)
    end
  end,

  examples = {
    pass { path = "m/x-gateway-jp/development/Service/gateway.yaml", policy = policy, [[
      apiVersion: v1
      kind: Service
      metadata: {name: gateway, namespace: gateway}
    ]] },
    fail { path = "m/x-gateway-jp/development/Service/gateway.yaml", policy = policy, line = 3, column = 38, [[
      apiVersion: v1
      kind: Service
      metadata: {name: gateway, namespace: x-gateway-jp-dev}
    ]] },
  },
}
