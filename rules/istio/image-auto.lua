local k8s = require "k8s"
local mesh = require "mesh"

return rule {
  title = "A proxy with the image auto is injected",
  level = "error",
  kinds = { "workload" },
  why = [[
    `image: auto` stands for what the injector puts there. Where no injector is asked the pod is created as it is, and
    its image cannot be pulled.]],
  fix = [[
    Label the pod template `sidecar.istio.io/inject: "true"`, or the namespace `istio-injection: enabled`.]],
  links = {
    "https://istio.io/latest/docs/reference/config/analysis/ist0146/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0147/",
  },
  aka = { "IST0146", "IST0147" },

  check = function(doc, ctx)
    local pod = k8s.pod_template(doc, ctx)
    if not pod or mesh.is_injected(pod, ctx) ~= false then return end
    for container in each(pod.spec.containers) do
      if container.name == "istio-proxy" and container.image == "auto" then
        ctx:fail(at(container, "image"),
          "no injector is asked for this pod, so its proxy has no image: namespace %s and "
          .. "the pod's labels do not ask for one", ctx.namespace.name or "unknown")
      end
    end
  end,

  examples = {
    pass { policy = [[
      namespaces: [{match: ingress, labels: {team: platform}}]
    ]], [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: gateway, namespace: ingress}
      spec:
        template:
          metadata: {labels: {sidecar.istio.io/inject: "true"}}
          spec: {containers: [{name: istio-proxy, image: auto}]}
    ]] },
    fail { policy = [[
      namespaces: [{match: ingress, labels: {team: platform}}]
    ]], line = 8, column = 47, message = "no injector is asked for this pod", [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: gateway, namespace: ingress}
      spec:
        template:
          metadata: {annotations: {sidecar.istio.io/inject: "true"}}
          spec:
            containers: [{name: istio-proxy, image: auto}]
    ]] },
    fail { line = 4, [[
      apiVersion: v1
      kind: Pod
      metadata: {name: gateway, namespace: ingress, labels: {sidecar.istio.io/inject: "false"}}
      spec: {containers: [{name: istio-proxy, image: auto}]}
    ]] },
    -- nobody knows the labels of this namespace
    pass { [[
      apiVersion: v1
      kind: Pod
      metadata: {name: gateway, namespace: unknown}
      spec: {containers: [{name: istio-proxy, image: auto}]}
    ]] },
    pass { policy = [[
      namespaces: [{match: ingress, labels: {istio.io/rev: canary}}]
    ]], [[
      apiVersion: v1
      kind: Pod
      metadata: {name: gateway, namespace: ingress}
      spec: {containers: [{name: istio-proxy, image: auto}]}
    ]] },
  },
}
