local istio = require "istio"
local k8s = require "k8s"
local mesh = require "mesh"

return rule {
  title = "The proxy of a pod ends after the application",
  level = "warn",
  kinds = { "workload" },
  params = {
    mesh_drains = param("boolean", false,
      "the injector's template waits in the proxy's preStop, or the mesh sets EXIT_ON_ZERO_ACTIVE_CONNECTIONS"),
    native_sidecars = param("boolean", false,
      "the mesh's proxies are native sidecars (the default since Istio 1.27 on Kubernetes 1.33)"),
    assume_mesh = param("boolean", false,
      "count the namespace as in the mesh whatever its labels say: one that comes next, or whose labels nobody knows"),
  },
  why = [[
    All containers of a pod are told to end at once. The proxy drains for a few seconds and is gone, while the
    application still finishes its requests: what it then asks of others, and the answers that it still owes, are
    lost.]],
  fix = [[
    Use native sidecars, or set `proxyMetadata: {EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true"}` (Istio 1.12) in the
    annotation proxy.istio.io/config or for the mesh; before that, let the injector's template give the proxy a
    preStop that waits until no connection is left.]],
  links = { "https://istio.io/latest/docs/reference/commands/pilot-agent/" },

  check = function(doc, ctx)
    local pod = k8s.pod_template(doc, ctx)
    if not pod or not mesh.has_sidecar(pod, ctx, ctx.params.assume_mesh) then return end
    if mesh.is_native(pod, ctx, ctx.params.native_sidecars) then return end
    local exit = mesh.proxy_config(pod).exit_on_zero
    if mesh.before(ctx, "1.12") then exit = nil end
    if exit == nil then exit = ctx.params.mesh_drains end
    local proxy = istio.proxy_container(pod.spec)
    if exit or proxy and type(proxy.lifecycle.preStop) == "table" then return end
    for container in each(pod.spec.containers) do
      -- a gateway is nothing but its proxy
      if container.name ~= "istio-proxy" then
        ctx:fail(at(pod, "metadata", "annotations", "proxy.istio.io/config"),
          "the proxy ends as soon as it is told to, and may be gone before container %s", container.name)
        return
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
          metadata:
            annotations:
              proxy.istio.io/config: |
                proxyMetadata:
                  EXIT_ON_ZERO_ACTIVE_CONNECTIONS: 'true'
          spec: {containers: [{name: echo}]}
    ]] },
    fail { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], line = 6, message = "may be gone before container echo", [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: mesh}
      spec:
        template:
          metadata: {labels: {app: echo}}
          spec: {containers: [{name: echo}]}
    ]] },
    -- the proxy that the template overrides has a preStop of its own
    pass { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: mesh}
      spec:
        containers:
          - name: echo
          - name: istio-proxy
            image: auto
            lifecycle: {preStop: {exec: {command: [sh, -c, "while ss -t | grep ESTAB; do sleep 1; done"]}}}
    ]] },
    pass { [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: mesh}
      spec:
        initContainers: [{name: istio-proxy, image: auto, restartPolicy: Always}]
        containers: [{name: echo}]
    ]] },
    -- a gateway
    pass { [[
      apiVersion: v1
      kind: Pod
      metadata: {name: gateway, namespace: mesh, labels: {sidecar.istio.io/inject: "true"}}
      spec: {containers: [{name: istio-proxy, image: auto}]}
    ]] },
    fail { policy = [[
      vars: {istio_version: "1.4"}
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], line = 6, [[
      apiVersion: v1
      kind: Pod
      metadata:
        name: echo
        namespace: mesh
        annotations: {proxy.istio.io/config: "EXIT_ON_ZERO_ACTIVE_CONNECTIONS: true"}
      spec: {containers: [{name: echo}]}
    ]] },
    pass { policy = [[
      vars: {istio_version: "1.4"}
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], params = { mesh_drains = true }, [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: mesh}
      spec: {containers: [{name: echo}]}
    ]] },
  },
}
