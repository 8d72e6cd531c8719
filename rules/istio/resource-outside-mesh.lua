local mesh = require "mesh"

-- what these say about the pods of their namespace needs a proxy in them
local FOR_WORKLOADS = {
  AuthorizationPolicy = true, PeerAuthentication = true, ProxyConfig = true, RequestAuthentication = true,
  Sidecar = true, Telemetry = true, WasmPlugin = true,
  -- until Istio 1.5
  Policy = true, ServiceRole = true, ServiceRoleBinding = true,
}

return rule {
  title = "Resources of the mesh are in namespaces of the mesh",
  level = "warn",
  kinds = {
    "networking.istio.io/DestinationRule", "networking.istio.io/ServiceEntry", "networking.istio.io/Sidecar",
    "networking.istio.io/VirtualService", "networking.istio.io/ProxyConfig", "extensions.istio.io/WasmPlugin",
    "security.istio.io/AuthorizationPolicy", "security.istio.io/PeerAuthentication",
    "security.istio.io/RequestAuthentication", "telemetry.istio.io/Telemetry", "authentication.istio.io/Policy",
    "rbac.istio.io/ServiceRole", "rbac.istio.io/ServiceRoleBinding",
  },
  params = {
    platform = param("list of string", { "istio-*" }, "globs of namespaces whose resources are for the whole mesh"),
  },
  why = [[
    In a namespace without proxies a policy for its pods does nothing: who wrote it believes to be protected. A
    VirtualService, DestinationRule or ServiceEntry works all the same, on the clients in other namespaces that are in
    the mesh already.]],
  fix = [[Bring the namespace into the mesh first (istio-injection), or leave the resource out until then.]],

  when = function(_, ctx)
    return ctx.namespace.known and not ctx.namespace.disputed and not mesh.is_platform(ctx, ctx.params.platform)
  end,

  check = function(doc, ctx)
    local state = mesh.namespace(ctx.namespace.labels)
    if state == "sidecar" or state == "ambient" then return end
    local kind = ctx.resource.kind
    if FOR_WORKLOADS[kind] then
      -- these may be for a gateway or a Service instead
      if typeof(doc.spec, "targetRef") ~= "missing" or count(doc.spec.targetRefs) > 0 then return end
      ctx:fail(at(doc, "kind"), "namespace %s is not in the mesh: this %s does nothing unless a pod opts in",
        ctx.namespace.name, kind)
    elseif kind ~= "VirtualService" or mesh.binds_mesh(doc) then
      ctx:fail(at(doc, "kind"), "namespace %s is not in the mesh, but this %s already works on clients elsewhere",
        ctx.namespace.name, kind)
    end
  end,

  examples = {
    fail { policy = [[
      namespaces: [{match: apart, labels: {team: echo}}]
    ]], line = 2, message = "namespace apart is not in the mesh: this AuthorizationPolicy does nothing", [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: deny, namespace: apart}
      spec: {}
    ]] },
    fail { policy = [[
      namespaces: [{match: apart, labels: {istio-injection: disabled}}]
    ]], line = 2, message = "this VirtualService already works on clients elsewhere", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: apart}
      spec: {hosts: [echo], gateways: [mesh, istio-system/public]}
    ]] },
    -- a route of a gateway needs no proxy beside the application
    pass { policy = [[
      namespaces: [{match: apart, labels: {team: echo}}]
    ]], [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: apart}
      spec: {hosts: [echo.example.com], gateways: [istio-system/public]}
    ]] },
    pass { policy = [[
      namespaces: [{match: mesh, labels: {istio.io/rev: canary}}]
    ]], [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: mesh}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: unknown}
    ]] },
    pass { policy = [[
      namespaces: [{match: istio-system, labels: {team: platform}}]
    ]], [[
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: istio-system}
    ]] },
    fail { policy = [[
      namespaces: [{match: apart, labels: {team: echo}}]
    ]], line = 2, message = "this Policy does nothing", [[
      apiVersion: authentication.istio.io/v1alpha1
      kind: Policy
      metadata: {name: default, namespace: apart}
      spec: {peers: [{mtls: {}}]}
    ]] },
    -- these are for a gateway
    pass { policy = [[
      namespaces: [{match: apart, labels: {team: echo}}]
    ]], [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: deny, namespace: apart}
      spec: {targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: public}]}
    ]] },
    pass { policy = [[
      namespaces: [{match: apart, labels: {team: echo}}]
    ]], [[
      apiVersion: security.istio.io/v1
      kind: RequestAuthentication
      metadata: {name: jwt, namespace: apart}
      spec: {targetRef: {kind: Gateway, group: gateway.networking.k8s.io, name: public}}
    ]] },
  },
}
