return rule {
  title = "A Telemetry with access logs says who gets them",
  level = "warn",
  kinds = { "telemetry.istio.io/Telemetry" },
  params = {
    default_providers = param("boolean", false, "the mesh's configuration has defaultProviders.accessLogging"),
  },
  why = [[Without a provider of its own, and without one for the mesh, the Telemetry logs nothing.]],
  fix = [[Name one: `providers: [{name: envoy}]`.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0157/" },
  aka = { "IST0157" },

  when = function(_, ctx) return not ctx.params.default_providers end,

  check = function(telemetry, ctx)
    for logging in each(telemetry.spec.accessLogging) do
      if type(logging) == "table" and logging.disabled ~= true and count(logging.providers) == 0 then
        ctx:fail(at(logging, "providers"), "no provider is named, and the mesh has none: nothing is logged")
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: logs}
      spec: {accessLogging: [{providers: [{name: envoy}]}, {disabled: true}]}
    ]] },
    fail { line = 4, message = "no provider is named", [[
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: logs}
      spec: {accessLogging: [{filter: {expression: "response.code >= 400"}}]}
    ]] },
    pass { params = { default_providers = true }, [[
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: logs}
      spec: {accessLogging: [{}]}
    ]] },
  },
}
