local names = require "mesh/names"
local small = require "mesh/small"

return rule {
  title = "A VirtualService delegates to one that exists and may be delegated to",
  level = "error",
  why = [[
    A route that is delegated to a VirtualService that does not exist answers 404. One that has `hosts` or `gateways` of
    its own cannot be delegated to; istiod ignores the route then.]],
  fix = [[
    Correct `delegate.name` and `delegate.namespace`, and leave out `hosts` in the VirtualService that is meant. One
    that is created outside of the repository belongs into the policy's `elsewhere`.]],
  links = { "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate" },

  collect = {
    ["networking.istio.io/VirtualService"] = function(service, ctx)
      local is_root = count(service.spec.hosts) > 0 or count(service.spec.gateways) > 0
      names.define(ctx, ctx.resource.name, { defines = true, is_root = is_root, at = at(service, "metadata", "name") })
      for http in each(service.spec.http) do
        local name, namespace = http.delegate.name, str(http.delegate.namespace, "")
        if small.is_name(name) and not small.has_placeholder(name) and #namespace <= 253 then
          if namespace == "" then namespace = ctx.namespace.name end
          ctx:emit(names.key(namespace, name), { name = name, at = at(http.delegate, "name") })
        end
      end
    end,
  },

  join = function(key, facts, ctx)
    local namespace = key[3] and key[2]
    for fact in each(facts) do
      if fact.value.name then
        local good, root = false, nil
        local found = names.each(key, facts, ctx, function(other)
          good = good or not other.value.is_root
          root = root or other
        end)
        if not found and not ctx:elsewhere("networking.istio.io/VirtualService", namespace, fact.value.name) then
          ctx:fail(fact.value.at, "there is no VirtualService %s%s", fact.value.name,
            namespace and " in namespace " .. namespace or "")
        elseif found and not good then
          ctx:fail(fact.value.at, { also = { { root.value.at, "this one" } } },
            "VirtualService %s has hosts or gateways of its own and cannot be delegated to", fact.value.name)
        end
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: root, namespace: team-a}
      spec:
        hosts: [a.example.com]
        gateways: [public]
        http: [{delegate: {name: echo, namespace: team-b}}, {delegate: {name: own}}, {route: []}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-b}
      spec: {http: [{route: []}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: own, namespace: team-a}
      spec: {http: [{route: []}]}
    ]] },
    fail { line = 4, column = 57, message = "there is no VirtualService echo in namespace team-a", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: root, namespace: team-a}
      spec: {hosts: [a.example.com], http: [{delegate: {name: echo}}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-b}
      spec: {http: []}
    ]] },
    fail { line = 4, message = "VirtualService echo has hosts or gateways of its own", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: root, namespace: team-a}
      spec: {hosts: [a.example.com], http: [{delegate: {name: echo}}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo, namespace: team-a}
      spec: {hosts: [echo]}
    ]] },
    pass { policy = "elsewhere: [{kind: VirtualService, namespace: team-a, name: echo}]", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: root, namespace: team-a}
      spec: {hosts: [a.example.com], http: [{delegate: {name: echo}}]}
    ]] },
  },
}
