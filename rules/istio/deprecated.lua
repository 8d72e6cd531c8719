local OLD_KINDS = { ClusterRbacConfig = true, RbacConfig = true, ServiceRole = true, ServiceRoleBinding = true }

local function check_routes(service, ctx)
  for item in each(service.spec.http) do
    local delay = item.fault.delay
    if num(delay.percent, 0) > 0 then
      ctx:fail(at(delay, "percent"), "fault.delay.percent is deprecated: use percentage.value")
    end
  end
end

local function check_sidecar(sidecar, ctx)
  local policy = sidecar.spec.outboundTrafficPolicy
  if type(policy.egressProxy) == "table" then
    ctx:fail(at(policy, "egressProxy"), "outboundTrafficPolicy.egressProxy is deprecated")
  end
end

local function check_definition(definition, ctx)
  local spec = definition.spec
  if spec.group == "rbac.istio.io" and OLD_KINDS[str(spec.names.kind, "")] then
    ctx:fail(at(spec, "names", "kind"), "%s of rbac.istio.io is no more since Istio 1.6: use AuthorizationPolicy",
      spec.names.kind)
  end
end

local function check_telemetry(telemetry, ctx)
  local old = {}
  for name in each(ctx.params.lightstep_providers) do old[name] = true end
  for tracing in each(telemetry.spec.tracing) do
    for provider in each(tracing.providers) do
      if old[str(provider.name, "")] then
        ctx:fail(at(provider, "name"), "provider %s is of type lightstep, which is deprecated: use opentelemetry",
          provider.name)
      end
    end
  end
end

local CHECKS = {
  CustomResourceDefinition = check_definition, Sidecar = check_sidecar, Telemetry = check_telemetry,
  VirtualService = check_routes,
}

return rule {
  title = "Nothing of Istio's is used that is deprecated",
  level = "warn",
  kinds = {
    "networking.istio.io/VirtualService", "networking.istio.io/Sidecar", "telemetry.istio.io/Telemetry",
    "apiextensions.k8s.io/CustomResourceDefinition",
  },
  params = {
    lightstep_providers = param("list of string", {}, "names of the mesh's extension providers of type lightstep"),
  },
  why = [[What is deprecated is passed over or refused by a later version, and an upgrade then changes traffic.]],
  fix = [[Use what the message names instead.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0002/" },
  aka = { "IST0002" },

  check = function(doc, ctx) CHECKS[ctx.resource.kind](doc, ctx) end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec: {http: [{fault: {delay: {percentage: {value: 10}, fixedDelay: 5s}}}, {fault: {delay: {percent: 0}}}]}
    ]] },
    fail { line = 6, column = 32, message = "use percentage.value", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        http:
          - fault: {delay: {percent: 10, fixedDelay: 5s}}
    ]] },
    fail { line = 4, message = "egressProxy is deprecated", [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default}
      spec: {outboundTrafficPolicy: {egressProxy: {host: egress}}}
    ]] },
    fail { line = 4, message = "ServiceRole of rbac.istio.io is no more", [[
      apiVersion: apiextensions.k8s.io/v1beta1
      kind: CustomResourceDefinition
      metadata: {name: serviceroles.rbac.istio.io}
      spec: {group: rbac.istio.io, names: {kind: ServiceRole}}
    ]] },
    fail { params = { lightstep_providers = { "steps" } }, line = 4, message = "provider steps is of type lightstep", [[
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: default}
      spec: {tracing: [{providers: [{name: steps}, {name: otel}]}]}
    ]] },
  },
}
