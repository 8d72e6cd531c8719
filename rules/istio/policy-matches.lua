local pods = require "mesh/pods"

return rule {
  title = "An AuthorizationPolicy is for pods of the mesh",
  level = "warn",
  witness = { "workload" },
  params = {
    root_namespace = param("string", "istio-system", "the mesh's root namespace, whose policies are for all pods"),
  },
  why = [[
    Proxies enforce an AuthorizationPolicy. One that selects no pod, or only pods without a proxy, protects nothing, and
    looks as if it did.]],
  fix = [[
    Correct the selector, or bring the workload into the mesh. For pods that Helm or an operator creates:
    `elsewhere: [{kind: Pod, namespace: team-a, name: "*"}]` in the policy.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0127/" },
  aka = { "IST0127" },

  collect = {
    workload = function(doc, ctx)
      local in_mesh = pods.may_be_in_mesh(doc, ctx)
      local value = pods.value(doc, ctx)
      if not value then return end
      value.in_mesh = in_mesh
      ctx:emit(ctx.scope, value)
      for key, text in pairs(in_mesh and value.pod) do ctx:emit({ "pod", key .. "=" .. text }, value) end
      if in_mesh and value.loose then ctx:emit("loose", value) end
    end,
    ["security.istio.io/AuthorizationPolicy"] = function(doc, ctx)
      local selector = pods.selector(doc)
      if not selector or not ctx.namespace.name then return end
      local is_root = ctx.namespace.name == ctx.params.root_namespace
      local key = is_root and pods.key(selector)
      if is_root and not key then return end
      ctx:emit(key or ctx.scope, { selector = selector, is_root = is_root,
        at = count(selector) > 0 and at(doc, "spec", "selector") or at(doc, "metadata", "name") })
    end,
  },

  join = function(_, facts, ctx)
    for fact in each(facts) do
      local value, outside, found = fact.value, nil, false
      if value.selector then
        local function is_inside(pod) return pod.value.in_mesh == true end
        found = pods.find(value.selector, facts, is_inside) ~= nil
          or (value.is_root and pods.find(value.selector, ctx:facts("loose"), is_inside) ~= nil)
        outside = pods.find(value.selector, facts)
      end
      local where = not value.is_root and fact.namespace or nil
      if value.selector and not found and not ctx:elsewhere("Pod", str(where, ""), "*") then
        ctx:fail(value.at, { also = outside and { { outside.value.at, "selected, but not in the mesh" } } or {} },
          outside and "the policy selects only pods that are not in the mesh%s"
          or "the policy selects no pod%s", where and " in namespace " .. where or "")
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: team-a, labels: {istio-injection: enabled}}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo, namespace: team-a}
      spec: {selector: {matchLabels: {app: echo}}}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: all, namespace: team-a}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: waypoint, namespace: team-a}
      spec: {targetRefs: [{kind: Gateway, name: w}]}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: waypoint2, namespace: team-a}
      spec: {targetRef: {kind: Gateway, name: w}}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: all, namespace: istio-system}
      spec: {}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo, namespace: istio-system}
      spec: {selector: {matchLabels: {app: echo}}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: team-a}
      spec: {template: {metadata: {labels: {app: echo}}}}
    ]] },
    fail { line = 8, column = 18,
      message = "the policy selects only pods that are not in the mesh in namespace team-a", [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: team-a, labels: {istio-injection: enabled}}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo, namespace: team-a}
      spec: {selector: {matchLabels: {app: echo}}}
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: echo, namespace: team-a}
      spec:
        template:
          metadata: {labels: {app: echo, sidecar.istio.io/inject: "false"}}
          spec: {hostNetwork: false, initContainers: [], containers: []}
    ]] },
    -- of two variants of the namespace one is in the mesh, and nobody knows which; nobody knows the namespace
    pass { files = { ["ambient/namespace.yaml"] = [[
        apiVersion: v1
        kind: Namespace
        metadata: {name: team-a, labels: {istio-injection: enabled}}
      ]] }, [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: team-a}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: all, namespace: team-a}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: team-a}
      spec: {template: {metadata: {labels: {app: echo}}}}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: all}
    ]] },
    fail { line = 3, message = "the policy selects no pod in namespace team-a", [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: all, namespace: team-a}
    ]] },
    fail { line = 4, message = "the policy selects no pod", params = { root_namespace = "mesh" }, [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo, namespace: mesh}
      spec: {selector: {matchLabels: {app: echo}}}
    ]] },
    pass { policy = "elsewhere: [{kind: Pod, namespace: team-a, name: '*'}]", [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: all, namespace: team-a}
    ]] },
  },
}
