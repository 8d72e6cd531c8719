local k8s = require "k8s"

return rule {
  title = "Containers have a memory limit",
  level = "error",
  kinds = { "workload" },
  why = [[A container without a limit takes the memory of its neighbours on the node, which are other teams' pods.]],
  fix = [[Set resources.limits.memory to what the container needs at its worst.]],

  check = function(doc, ctx)
    local pod = k8s.pod_template(doc, ctx)
    if pod == nil then return end
    for container in each(pod.spec.containers) do
      if typeof(container) == "map" and typeof(container.resources.limits, "memory") == "missing" then
        ctx:fail(at(container, "resources", "limits", "memory"), "container %s has no memory limit",
          str(container.name, "(no name)"))
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo}
      spec: {containers: [{name: echo, resources: {limits: {memory: 64Mi}}}]}
    ]] },
    fail { line = 8, column = 17, message = "container echo has no memory limit", [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo}
      spec:
        containers:
          - name: echo
            resources:
              limits: {cpu: 500m}
    ]] },
  },
}
