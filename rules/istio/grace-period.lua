local k8s = require "k8s"
local mesh = require "mesh"

return rule {
  title = "The grace period covers preStop and the proxy's own drain",
  level = "warn",
  kinds = { "workload" },
  params = {
    drain_seconds = param("integer", 5, "how long the proxy drains where no annotation sets terminationDrainDuration"),
    default_seconds = param("integer", 30, "the grace period of a pod that gives none"),
    assume_mesh = param("boolean", false,
      "count the namespace as in the mesh whatever its labels say: one that comes next, or whose labels nobody knows"),
  },
  why = [[
    A pod is killed when its grace period is over, and preStop counts against it. The application is told to end after
    its preStop, and the proxy drains for some seconds after it is told: a grace period that ends before that cuts off
    requests that were being answered.]],
  fix = [[Raise terminationGracePeriodSeconds to the preStop's seconds plus those of the drain, or shorten preStop.]],
  links = { "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/" },

  check = function(doc, ctx)
    local pod = k8s.pod_template(doc, ctx)
    if not pod or not mesh.has_sidecar(pod, ctx, ctx.params.assume_mesh) then return end
    local grace = mesh.grace_period(pod, ctx.params.default_seconds)
    local stop, container = mesh.longest_pre_stop(pod)
    local drain = mesh.proxy_config(pod).drain or ctx.params.drain_seconds
    if grace >= stop + drain then return end
    local also = {}
    if container then also[1] = { at(container, "lifecycle", "preStop"), "this takes its time first" } end
    ctx:fail(at(pod, "spec", "terminationGracePeriodSeconds"), { also = also },
      "the grace period is %s s, but preStop takes %s s and the proxy drains for %s s", grace, stop, drain)
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
          spec:
            terminationGracePeriodSeconds: 35
            containers:
              - {name: echo, lifecycle: {preStop: {exec: {command: [sleep, "30"]}}}}
              - {name: exporter, lifecycle: {preStop: {sleep: {seconds: 10}}}}
    ]] },
    fail { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], line = 6, message = "the grace period is 30 s, but preStop takes 30 s and the proxy drains for 5 s", [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: mesh}
      spec:
        template:
          spec:
            containers:
              - {name: echo, lifecycle: {preStop: {sleep: {seconds: 30}}}}
    ]] },
    fail { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], line = 8, column = 34, message = "preStop takes 0 s and the proxy drains for 45 s", [[
      apiVersion: v1
      kind: Pod
      metadata:
        name: echo
        namespace: mesh
        annotations: {proxy.istio.io/config: '{"terminationDrainDuration": "45s"}'}
      spec:
        terminationGracePeriodSeconds: 40
        containers: [{name: echo}]
    ]] },
    -- two sleeps of one command, minutes
    fail { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], line = 5, message = "preStop takes 75 s", [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: mesh}
      spec:
        terminationGracePeriodSeconds: 60
        containers:
          - name: echo
            lifecycle: {preStop: {exec: {command: [sh, -c, "sleep 1m; /drain; sleep 15"]}}}
    ]] },
    -- not in the mesh
    pass { [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo}
      spec: {terminationGracePeriodSeconds: 0, containers: [{name: echo}]}
    ]] },
  },
}
