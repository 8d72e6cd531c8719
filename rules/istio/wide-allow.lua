local pods = require "mesh/pods"

-- Whether an ALLOW policy lets anything through: without rules it refuses all, which is the way to begin.
local function allows(doc)
  return str(doc.spec.action, "ALLOW") == "ALLOW" and count(doc.spec.rules) > 0
end

return rule {
  title = "What a namespace allows for all pods does not open those with policies of their own",
  level = "info",
  apart = "key",
  why = [[
    ALLOW policies add up: a request passes where any of them lets it. One without a selector is for every pod of the
    namespace, also for those for which another, narrower policy was written, and opens what that one meant to close.]],
  fix = [[
    Give the wide policy a selector, or write the narrow one as DENY. A policy without rules (`spec: {}`), which allows
    nothing, is the good one to have for all pods, and is not told.]],
  links = { "https://istio.io/latest/docs/concepts/security/#authorization-policies" },

  collect = {
    ["security.istio.io/AuthorizationPolicy"] = function(doc, ctx)
      local selector = pods.selector(doc)
      if selector and allows(doc) then
        ctx:emit(ctx.scope, { is_wide = count(selector) == 0, at = at(doc, "metadata", "name") })
      end
    end,
  },

  join = function(_, facts, ctx)
    for fact in each(facts) do
      local places, names = {}, {}
      for other in each(fact.value.is_wide and facts) do
        if not other.value.is_wide and #names < 10 then
          table.insert(places, { other.value.at, "a narrower policy" })
          table.insert(names, str(other.resource.name, "?"))
        end
      end
      if #names > 0 then
        ctx:fail(fact.value.at, { also = places }, "it allows for all pods of the namespace, also for those of %s",
          table.concat(names, ", "))
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: allow-nothing, namespace: team-a}
      spec: {}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: deny, namespace: team-a}
      spec: {action: DENY, rules: [{}]}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo, namespace: team-a}
      spec: {selector: {matchLabels: {app: echo}}, rules: [{from: [{source: {namespaces: [team-b]}}]}]}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: waypoint, namespace: team-a}
      spec: {targetRefs: [{kind: Gateway, name: waypoint}], rules: [{}]}
    ]] },
    fail { line = 3, column = 18, count = 1,
      message = "it allows for all pods of the namespace, also for those of echo", [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: monitoring, namespace: team-a}
      spec: {action: ALLOW, rules: [{from: [{source: {namespaces: [monitoring]}}]}]}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo, namespace: team-a}
      spec: {selector: {matchLabels: {app: echo}}, rules: [{from: [{source: {namespaces: [team-b]}}]}]}
    ]] },
  },
}
