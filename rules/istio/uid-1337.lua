local istio = require "istio"
local k8s = require "k8s"

return rule {
  title = "No application runs as the proxy's user",
  level = "warn",
  kinds = { "workload" },
  params = {
    uid = param("integer", 1337, "the user of the proxy"),
    exempt_containers = param("list of string", { "istio-proxy", "istio-operator" }, "containers that are the proxy"),
  },
  why = [[
    The rules that lead a pod's traffic through the proxy let the proxy's own user pass. An application that runs as
    that user is not in the mesh: no mutual TLS, no policy, no metrics, and nobody is told.]],
  fix = [[Run it as another user (runAsUser).]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0144/" },
  aka = { "IST0144" },

  check = function(doc, ctx)
    local pod = k8s.pod_template(doc, ctx)
    if not pod or istio.is_exempt(doc, ctx.namespace.name) then return end
    local uid = ctx.params.uid
    local exempt = {}
    for name in each(ctx.params.exempt_containers) do exempt[name] = true end
    if pod.spec.securityContext.runAsUser == uid then
      ctx:fail(at(pod, "spec", "securityContext", "runAsUser"), "all containers run as user %d, which is the proxy's",
        uid)
    end
    -- init containers end before the proxy begins: there it is a way out of the redirection
    for container in each(pod.spec.containers) do
      if container.securityContext.runAsUser == uid and not exempt[str(container.name, "")] then
        ctx:fail(at(container, "securityContext", "runAsUser"), "container %s runs as user %d, which is the proxy's",
          container.name, uid)
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo}
      spec:
        template:
          spec:
            securityContext: {runAsUser: 1000}
            initContainers: [{name: init, securityContext: {runAsUser: 1337}}]
            containers:
              - {name: istio-proxy, securityContext: {runAsUser: 1337}}
              - {name: echo, securityContext: {runAsUser: 1338}}
    ]] },
    fail { line = 7, column = 36, count = 2, message = "all containers run as user 1337", [[
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: echo}
      spec:
        template:
          spec:
            securityContext: {runAsUser: 1337}
            containers:
              - {name: echo, securityContext: {runAsUser: 1337}}
    ]] },
    -- a part of Istio
    pass { [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: gateway, labels: {istio: ingressgateway}}
      spec: {template: {spec: {securityContext: {runAsUser: 1337}, containers: [{name: istio-proxy}]}}}
    ]] },
  },
}
