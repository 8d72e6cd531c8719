local mesh = require "mesh"

return rule {
  title = "Only the platform's namespaces hold what changes proxies at large",
  level = "warn",
  kinds = {
    "networking.istio.io/DestinationRule", "networking.istio.io/EnvoyFilter", "networking.istio.io/Gateway",
    "networking.istio.io/ProxyConfig", "networking.istio.io/ServiceEntry", "networking.istio.io/Sidecar",
    "networking.istio.io/VirtualService", "networking.istio.io/WorkloadEntry", "networking.istio.io/WorkloadGroup",
    "extensions.istio.io/TrafficExtension", "extensions.istio.io/WasmPlugin", "telemetry.istio.io/Telemetry",
  },
  params = {
    kinds = param("list of string", { "EnvoyFilter", "Gateway" },
      "kinds that only the platform's namespaces may hold"),
    platform = param("list of string", { "istio-*" }, "globs of the platform's namespaces"),
  },
  why = [[
    An EnvoyFilter rewrites the configuration of proxies unchecked and breaks with any upgrade; a Gateway binds ports
    and hosts of an ingress that all teams share.]],
  fix = [[Ask the platform team to take it into one of its namespaces, or do without.]],

  check = function(doc, ctx)
    local name = ctx.namespace.name
    if not name or mesh.is_platform(ctx, ctx.params.platform) then return end
    for kind in each(ctx.params.kinds) do
      if kind == ctx.resource.kind then
        ctx:fail(at(doc, "kind"), "%s in namespace %s: only %s may hold one", kind, name,
          table.concat(ctx.params.platform, ", "))
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public, namespace: istio-ingress}
    ]] },
    pass { [[
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: public, namespace: x-echo-jp-dev}
    ]] },
    fail { line = 2, message = "EnvoyFilter in namespace x-echo-jp-dev: only istio-* may hold one", [[
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: lua, namespace: x-echo-jp-dev}
    ]] },
    fail { params = { kinds = { "ServiceEntry" }, platform = { "egress", "mesh" } }, line = 2,
      message = "only egress, mesh may hold one", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: outside, namespace: x-echo-jp-dev}
    ]] },
  },
}
