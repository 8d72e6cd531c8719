local istio = require "istio"
local k8s = require "k8s"
local mesh = require "mesh"

local KEY = "sidecar.istio.io/inject"

-- What the template says, and where: its label counts before its annotation, but was not read before Istio 1.6.
local function own_word(pod, ctx)
  for _, where in ipairs(mesh.before(ctx, "1.6") and { "annotations" } or { "labels", "annotations" }) do
    local value = pod.metadata[where][KEY]
    if value ~= nil then return tostring(value), where end
  end
  return nil
end

return rule {
  title = "The workloads of a namespace are in the mesh together",
  level = "warn",
  kinds = { "workload" },
  params = {
    exempt_kinds = param("list of string", { "Job", "CronJob" }, "kinds that may stay out of the mesh on their own"),
    exempt = param("list of string", {}, "globs of names of workloads that may"),
  },
  why = [[
    Policies, routes and metrics of the mesh are thought of by namespace. A workload that opts out is not protected by
    the namespace's policies and fails where mutual TLS is strict; one that opts in alone is not what its Namespace
    says.]],
  fix = [[
    Take the label or annotation away, and let the labels of the namespace decide. A value other than "true" and
    "false" says nothing, and the annotation alone cannot bring a pod in: use the label.]],
  links = { "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/" },

  check = function(doc, ctx)
    local pod = k8s.pod_template(doc, ctx)
    -- a template that holds the proxy is a gateway, or injected by hand
    if not pod or istio.proxy_container(pod.spec) or istio.is_ignored_namespace(ctx.namespace.name) then return end
    for kind in each(ctx.params.exempt_kinds) do
      if kind == ctx.resource.kind then return end
    end
    for pattern in each(ctx.params.exempt) do
      if glob(pattern, str(ctx.resource.name, "")) then return end
    end
    local value, where = own_word(pod, ctx)
    if not value then return end
    local place = at(pod, "metadata", where, KEY)
    local name = ctx.namespace.name or "unknown"
    local state = mesh.namespace(ctx.namespace.labels)
    if value ~= "true" and value ~= "false" then
      ctx:fail(place, "%s is \"true\" or \"false\": %q says nothing", KEY, value)
    elseif value == "false" and state == "sidecar" then
      ctx:fail(place, "this workload stays out of the mesh, though its namespace %s is in it", name)
    elseif value == "true" and ctx.namespace.known and not ctx.namespace.disputed and (state == "off" or state == "none") then
      if state == "off" or where == "annotations" then
        ctx:fail(place, "this brings no pod into the mesh: namespace %s %s", name,
          state == "off" and "keeps all out" or "is not in it, and an annotation alone does not call the injector")
      else
        ctx:fail(place, "this workload is in the mesh, though its namespace %s is not", name)
      end
    end
  end,

  examples = {
    pass { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: mesh}
      spec:
        template:
          metadata: {labels: {sidecar.istio.io/inject: "true"}}
          spec: {containers: [{name: echo}]}
    ]] },
    fail { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], line = 7, message = "stays out of the mesh, though its namespace mesh is in it", [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: mesh}
      spec:
        template:
          metadata:
            annotations: {sidecar.istio.io/inject: "false"}
          spec: {containers: [{name: echo}]}
    ]] },
    -- the label counts before the annotation
    pass { policy = [[
      namespaces: [{match: mesh, labels: {istio.io/rev: canary}}]
    ]], [[
      apiVersion: v1
      kind: Pod
      metadata:
        name: echo
        namespace: mesh
        labels: {sidecar.istio.io/inject: "true"}
        annotations: {sidecar.istio.io/inject: "false"}
    ]] },
    fail { policy = [[
      namespaces: [{match: apart, labels: {team: echo}}]
    ]], line = 3, message = "this workload is in the mesh, though its namespace apart is not", [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: apart, labels: {sidecar.istio.io/inject: "true"}}
    ]] },
    fail { policy = [[
      namespaces: [{match: apart, labels: {team: echo}}]
    ]], line = 3, message = "an annotation alone does not call the injector", [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: apart, annotations: {sidecar.istio.io/inject: "true"}}
    ]] },
    fail { line = 3, message = "\"yes\" says nothing", [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: apart, labels: {sidecar.istio.io/inject: "yes"}}
    ]] },
    pass { policy = [[
      vars: {istio_version: "1.4"}
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: mesh, labels: {sidecar.istio.io/inject: "false"}}
    ]] },
    -- nobody knows what the namespace is
    pass { [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: other, labels: {sidecar.istio.io/inject: "true"}}
    ]] },
    -- a job's proxy would never end
    pass { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], [[
      apiVersion: batch/v1
      kind: Job
      metadata: {name: echo, namespace: mesh}
      spec: {template: {metadata: {labels: {sidecar.istio.io/inject: "false"}}}}
    ]] },
  },
}
