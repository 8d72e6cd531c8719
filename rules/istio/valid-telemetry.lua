local valid = require "mesh/valid"

local function check_providers(list, ctx)
  for provider in each(list) do
    if str(provider.name, "") == "" then ctx:fail(at(provider, "name"), "a provider needs a name") end
  end
end

local function check_tracing(item, ctx)
  valid.tell_number(ctx, item, "randomSamplingPercentage", 0, 100)
  for name, tag in pairs(item.customTags) do
    for kind, key in pairs { literal = "value", header = "name", environment = "name" } do
      if type(tag[kind]) == "table" and str(tag[kind][key], "") == "" then
        ctx:fail(at(tag, kind, key), "custom tag %s has an empty %s", name, key)
      end
    end
  end
end

local function check_override(override, ctx)
  if override.match.customMetric == "" then
    ctx:fail(at(override, "match", "customMetric"), "customMetric is empty")
  end
  for name, tag in pairs(override.tagOverrides) do
    local given = str(tag.value, "") ~= ""
    if tag.operation == "REMOVE" and given then
      ctx:fail(at(tag, "value"), "tag %s is removed: it has no value", name)
    elseif tag.operation ~= "REMOVE" and not given then
      ctx:fail(at(tag, "value"), "tag %s needs a value", name)
    end
  end
end

return rule {
  title = "A Telemetry is one that istiod takes",
  level = "error",
  kinds = { "telemetry.istio.io/Telemetry" },
  why = [[istiod refuses what it finds wrong here, or, where its webhook is not asked, drops it in silence.]],
  fix = [[Correct what the message names.]],
  links = {
    "https://istio.io/latest/docs/reference/config/telemetry/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0106/",
  },
  aka = { "IST0106" },

  check = function(telemetry, ctx)
    valid.attachment(ctx, telemetry)
    for _, key in ipairs { "tracing", "metrics", "accessLogging" } do
      for item in each(telemetry.spec[key]) do check_providers(item.providers, ctx) end
    end
    for item in each(telemetry.spec.tracing) do check_tracing(item, ctx) end
    for item in each(telemetry.spec.metrics) do
      for override in each(item.overrides) do check_override(override, ctx) end
    end
  end,

  examples = {
    pass { [[
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: default}
      spec:
        tracing: [{providers: [{name: otel}], randomSamplingPercentage: 1.5, customTags: {a: {literal: {value: b}}}}]
        metrics: [{overrides: [{tagOverrides: {a: {operation: REMOVE}, b: {value: c}}}]}]
    ]] },
    fail { line = 5, count = 5, message = "randomSamplingPercentage is 101", [[
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: default}
      spec:
        tracing: [{randomSamplingPercentage: 101, providers: [{}], customTags: {a: {header: {name: ""}}}}]
        metrics: [{overrides: [{tagOverrides: {a: {operation: REMOVE, value: b}, b: {operation: UPSERT}}}]}]
    ]] },
    fail { line = 4, message = "customMetric is empty", [[
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: default}
      spec: {metrics: [{overrides: [{match: {customMetric: ""}}]}]}
    ]] },
  },
}
