local mesh = require "mesh"

local ANNOTATION = "networking.istio.io/exportTo"

local function check_service(service, ctx)
  local text = service.metadata.annotations[ANNOTATION]
  for name in each(type(text) == "string" and string.split(text, ",")) do
    if string.trim(name) == "*" then
      ctx:fail(at(service, "metadata", "annotations", ANNOTATION), "every namespace of the mesh sees this Service")
    end
  end
end

return rule {
  title = "A team exports to namespaces that it names",
  level = "warn",
  kinds = {
    "networking.istio.io/VirtualService", "networking.istio.io/DestinationRule", "networking.istio.io/ServiceEntry",
    "v1/Service",
  },
  params = {
    required = param("boolean", false,
      "also tell what has no exportTo: it is for the whole mesh unless the mesh's own "
      .. "configuration says otherwise"),
    platform = param("list of string", { "istio-*", "kube-*" }, "globs of namespaces that may export to everybody"),
  },
  why = [[
    What is exported to `*` changes the traffic of every namespace of the mesh: the routes to a host, the settings of
    its connections, which hosts there are. A mistake of one team becomes an outage of others, and every proxy grows
    by it.]],
  fix = [[List the namespaces that need it, or `.` for your own.]],
  links = { "https://istio.io/latest/docs/ops/configuration/mesh/configuration-scoping/" },

  when = function(_, ctx) return not mesh.is_platform(ctx, ctx.params.platform) end,

  check = function(doc, ctx)
    if ctx.resource.kind == "Service" then
      check_service(doc, ctx)
      return
    end
    for name, i in each(doc.spec.exportTo) do
      if name == "*" then
        ctx:fail(at(doc, "spec", "exportTo", i), "every namespace of the mesh gets this %s", ctx.resource.kind)
      end
    end
    if ctx.params.required and count(doc.spec.exportTo) == 0 then
      ctx:fail(at(doc, "spec", "exportTo"), "without exportTo every namespace of the mesh gets this %s",
        ctx.resource.kind)
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: x-echo-jp-dev}
      spec: {hosts: [echo], exportTo: [., x-gateway-jp-dev]}
    ]] },
    fail { line = 4, column = 34, message = "every namespace of the mesh gets this VirtualService", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: x-echo-jp-dev}
      spec: {hosts: [echo], exportTo: ["*"]}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: outside, namespace: istio-system}
      spec: {hosts: [api.example.com], exportTo: ["*"]}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: x-echo-jp-dev}
      spec: {host: echo}
    ]] },
    fail { params = { required = true }, line = 4, message = "without exportTo", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: x-echo-jp-dev}
      spec: {host: echo}
    ]] },
    fail { line = 3, message = "every namespace of the mesh sees this Service", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: x-echo-jp-dev, annotations: {networking.istio.io/exportTo: "., *"}}
    ]] },
  },
}
