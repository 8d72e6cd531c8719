local valid = require "mesh/valid"

local SOURCES = {
  "principals", "requestPrincipals", "namespaces", "serviceAccounts", "ipBlocks", "remoteIpBlocks",
  "notPrincipals", "notRequestPrincipals", "notNamespaces", "notServiceAccounts", "notIpBlocks", "notRemoteIpBlocks",
}

local OPERATIONS = { "ports", "methods", "paths", "hosts", "notPorts", "notMethods", "notPaths", "notHosts" }

-- what a provider of one's own cannot be asked by
local IDENTITIES = {
  "principals", "requestPrincipals", "namespaces", "notPrincipals", "notRequestPrincipals", "notNamespaces",
}

local function check_values(map, keys, what, ctx)
  local any = false
  for _, key in ipairs(keys) do
    any = any or count(map[key]) > 0
    for value, i in each(map[key]) do
      if value == "" then ctx:fail(at(map[key], i), "%s has an empty value", key) end
    end
  end
  if not any then ctx:fail(map, "%s is empty: it says nothing", what) end
end

local function check_source(source, ctx)
  check_values(source, SOURCES, "source", ctx)
  for _, key in ipairs { "ipBlocks", "notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks" } do
    for range, i in each(source[key]) do
      if range ~= "" and not valid.is_range(range) then
        ctx:fail(at(source[key], i), "%q is no address and no address range", range)
      end
    end
  end
  for _, no in ipairs { "", "not" } do
    local accounts = no == "" and "serviceAccounts" or "notServiceAccounts"
    for _, key in ipairs { no == "" and "namespaces" or "notNamespaces", no == "" and "principals"
      or "notPrincipals" } do
      if count(source[accounts]) > 0 and count(source[key]) > 0 then
        ctx:fail(at(source, accounts), "%s and %s exclude each other", accounts, key)
      end
    end
  end
end

local function check_operation(operation, ctx)
  check_values(operation, OPERATIONS, "operation", ctx)
  for _, key in ipairs { "ports", "notPorts" } do
    for port, i in each(operation[key]) do
      local number = re.test(tostring(port), "^[0-9]{1,5}$") and math.tointeger(tonumber(tostring(port)))
      if port ~= "" and not valid.is_port(number) then ctx:fail(at(operation[key], i), "%q is no port", port) end
    end
  end
  for _, key in ipairs { "paths", "notPaths" } do
    for path, i in each(operation[key]) do
      local braces = type(path) == "string" and re.test(path, "[{}]")
      if braces and not re.test(path, "^(?:/(?:\\{\\*{1,2}\\}|[^*{}/]*))+$") then
        ctx:fail(at(operation[key], i), "a path template knows {*} and {**} as whole parts, and no * beside them")
      end
    end
  end
end

local function check_rule(item, ctx)
  for _, key in ipairs { "from", "to" } do
    if type(item[key]) == "table" and count(item[key]) == 0 then ctx:fail(at(item, key), "%s is empty", key) end
  end
  for from in each(item.from) do
    if type(from.source) == "table" then check_source(from.source, ctx)
    else ctx:fail(at(from, "source"), "source is missing") end
  end
  for to in each(item.to) do
    if type(to.operation) == "table" then check_operation(to.operation, ctx)
    else ctx:fail(at(to, "operation"), "operation is missing") end
  end
  for condition in each(item.when) do
    if str(condition.key, "") == "" then ctx:fail(at(condition, "key"), "a condition needs a key")
    elseif count(condition.values) + count(condition.notValues) == 0 then
      ctx:fail(at(condition, "values"), "the condition on %s needs values or notValues", condition.key)
    end
  end
end

-- A policy whose decision is made by a server of one's own.
local function check_custom(spec, ctx)
  if str(spec.provider.name, "") == "" then
    ctx:fail(at(spec, "provider", "name"), "action CUSTOM needs a provider")
  end
  for item in each(spec.rules) do
    for from in each(item.from) do
      for _, key in ipairs(IDENTITIES) do
        if count(from.source[key]) > 0 then ctx:fail(at(from.source, key), "action CUSTOM knows no %s", key) end
      end
    end
    for condition in each(item.when) do
      local key = str(condition.key, "")
      if key == "source.namespace" or key == "source.principal" or string.starts_with(key, "request.auth.") then
        ctx:fail(at(condition, "key"), "action CUSTOM knows no %s", key)
      end
    end
  end
end

return rule {
  title = "An AuthorizationPolicy is one that istiod takes",
  level = "error",
  kinds = { "security.istio.io/AuthorizationPolicy" },
  why = [[
    istiod refuses what it finds wrong here, or, where its webhook is not asked, drops it in silence: then nothing is
    denied.]],
  fix = [[Correct what the message names.]],
  links = {
    "https://istio.io/latest/docs/reference/config/security/authorization-policy/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0106/",
  },
  aka = { "IST0106" },

  check = function(policy, ctx)
    local spec = policy.spec
    valid.attachment(ctx, policy)
    if (spec.action == "DENY" or spec.action == "CUSTOM") and type(spec.rules) ~= "table" then
      ctx:fail(at(policy, "spec", "rules"), "action %s without rules does nothing; `rules: [{}]` is for every request",
        spec.action)
    elseif spec.action == "CUSTOM" then
      check_custom(spec, ctx)
    end
    if type(spec.provider) == "table" and spec.action ~= "CUSTOM" then
      ctx:fail(at(spec, "provider"), "a provider goes with action CUSTOM only")
    end
    for item in each(spec.rules) do check_rule(item, ctx) end
  end,

  examples = {
    pass { [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: allow}
      spec:
        selector: {matchLabels: {app: echo}}
        rules:
          - from: [{source: {namespaces: [a], ipBlocks: [10.0.0.0/8, fd00::1]}}]
            to: [{operation: {ports: ["8080"], paths: [/a/*, "/b/{*}/c"]}}]
            when: [{key: "request.headers[x]", values: [a]}]
          - {}
    ]] },
    pass { [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: allow-nothing}
      spec: {}
    ]] },
    fail { line = 4, message = "action DENY without rules does nothing", [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: deny}
      spec:
        action: DENY
    ]] },
    fail { line = 6, count = 7, message = "from is empty", [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: deny}
      spec:
        rules:
          - {from: [], to: [{operation: {ports: [http], paths: ["/a/{*}b"]}}, {operation: {}}]}
          - {from: [{source: {ipBlocks: [10.0.0.0/33], serviceAccounts: [a], namespaces: [b]}}], when: [{key: a}]}
    ]] },
    fail { line = 5, count = 4, message = "only one of selector, targetRef and targetRefs", [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: deny}
      spec:
        selector: {matchLabels: {app: a}}
        targetRefs: [{kind: Deployment, name: a}]
        provider: {name: a}
        rules: [{when: [{values: [a]}]}]
    ]] },
    fail { line = 4, count = 2, message = "action CUSTOM needs a provider", [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: ask}
      spec:
        action: CUSTOM
        rules: [{from: [{source: {principals: [a]}}]}]
    ]] },
    fail { line = 5, message = "the condition on source.ip needs values or notValues", [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: deny}
      spec:
        rules: [{when: [{key: source.ip}, {key: source.ip, notValues: [10.0.0.1]}]}]
    ]] },
  },
}
