local k8s = require "k8s"
local mesh = require "mesh"

local function polls(container, patterns)
  local line = mesh.command_line(container.command, container.args)
  for pattern in each(patterns) do
    if re.test(line, pattern) then return true end
  end
  return false
end

return rule {
  title = "An application starts once its proxy is ready",
  level = "warn",
  kinds = { "workload" },
  params = {
    mesh_holds = param("boolean", false, "the mesh's own configuration sets holdApplicationUntilProxyStarts"),
    native_sidecars = param("boolean", false,
      "the mesh's proxies are native sidecars (the default since Istio 1.27 on Kubernetes 1.33)"),
    polls = param("list of string", { "1502[01]/healthz/ready" },
      "regular expressions of a start command that waits for the proxy"),
    exempt_containers = param("list of string", {}, "globs of containers that need no network when they start"),
    assume_mesh = param("boolean", false,
      "count the namespace as in the mesh whatever its labels say: one that comes next, or whose labels nobody knows"),
  },
  why = [[
    The containers of a pod start at once. Traffic already goes through the proxy, so until it is ready each
    connection that the application opens is refused: it fails at start, or lives on without what it could not reach.]],
  fix = [[
    Annotate the pod template with `proxy.istio.io/config: '{"holdApplicationUntilProxyStarts": true}'` (Istio 1.7),
    use native sidecars, or start with `until curl -fsI http://localhost:15021/healthz/ready; do sleep 1; done` (15020
    before Istio 1.6).]],
  links = { "https://istio.io/latest/docs/ops/common-problems/injection/" },

  check = function(doc, ctx)
    local pod = k8s.pod_template(doc, ctx)
    if not pod or not mesh.has_sidecar(pod, ctx, ctx.params.assume_mesh) then return end
    if mesh.is_native(pod, ctx, ctx.params.native_sidecars) then return end
    if not mesh.before(ctx, "1.7") then
      local hold = mesh.proxy_config(pod).hold
      if hold == nil then hold = ctx.params.mesh_holds end
      if hold then return end
    end
    for container in each(pod.spec.containers) do
      local name = str(container.name, "")
      local exempt = name == "istio-proxy" or polls(container, ctx.params.polls)
      for pattern in each(ctx.params.exempt_containers) do
        if glob(pattern, name) then exempt = true end
      end
      if not exempt then
        ctx:fail(at(container, "command"), "container %s starts without waiting for its proxy", name)
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
                holdApplicationUntilProxyStarts: true
          spec: {containers: [{name: echo}]}
    ]] },
    pass { policy = [[
      namespaces: [{match: mesh, labels: {istio.io/rev: canary}}]
    ]], [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: mesh}
      spec:
        containers:
          - name: echo
            command: [sh, -c, "until curl -fsI http://localhost:15020/healthz/ready; do sleep 1; done; exec /echo"]
    ]] },
    fail { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], line = 11, count = 2, message = "container echo starts without waiting", [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: mesh}
      spec:
        template:
          metadata:
            annotations: {proxy.istio.io/config: "# holdApplicationUntilProxyStarts: true"}
          spec:
            containers:
              - name: echo
                command: [/echo]
              - name: exporter
    ]] },
    -- the annotation came with 1.7
    fail { policy = [[
      vars: {istio_version: "1.4"}
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], line = 6, params = { mesh_holds = true }, [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: mesh}
      spec:
        containers:
          - {name: echo}
    ]] },
    -- a pod's own word beats the mesh's
    fail { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], params = { mesh_holds = true }, line = 9, [[
      apiVersion: v1
      kind: Pod
      metadata:
        name: echo
        namespace: mesh
        annotations: {proxy.istio.io/config: "holdApplicationUntilProxyStarts: no"}
      spec:
        containers:
          - name: echo
    ]] },
    pass { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], params = { native_sidecars = true }, [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: mesh}
      spec: {containers: [{name: echo}]}
    ]] },
    -- not in the mesh: by its label, on the node's network, in a namespace that nobody knows
    pass { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: mesh, labels: {sidecar.istio.io/inject: "false"}}
      spec: {containers: [{name: echo}]}
    ]] },
    pass { policy = [[
      namespaces: [{match: mesh, labels: {istio-injection: enabled}}]
    ]], [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: mesh}
      spec: {hostNetwork: true, containers: [{name: echo}]}
    ]] },
    pass { [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: unknown}
      spec: {containers: [{name: echo}]}
    ]] },
    -- but the pod asks for a proxy itself
    fail { line = 4, [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: unknown, labels: {sidecar.istio.io/inject: "true"}}
      spec: {containers: [{name: echo}]}
    ]] },
    fail { policy = [[
      namespaces: [{match: next, labels: {team: echo}}]
    ]], params = { assume_mesh = true }, line = 4, [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: next}
      spec: {containers: [{name: echo}]}
    ]] },
    fail { params = { assume_mesh = true }, line = 4, [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: unknown}
      spec: {containers: [{name: echo}]}
    ]] },
    pass { params = { assume_mesh = true }, [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: next}
      spec: {containers: [{name: echo, command: [sh], args: [-c, "await localhost:15021/healthz/ready; /echo"]}]}
    ]] },
    pass { params = { assume_mesh = true, exempt_containers = { "config-*" } }, [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, namespace: next}
      spec: {containers: [{name: config-reload}]}
    ]] },
  },
}
