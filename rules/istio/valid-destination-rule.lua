local valid = require "mesh/valid"

local POLICIES = {
  "outlierDetection", "connectionPool", "loadBalancer", "tls", "portLevelSettings", "tunnel", "proxyProtocol",
  "retryBudget",
}

local NUMBERS = {
  "http1MaxPendingRequests", "http2MaxRequests", "maxRequestsPerConnection", "maxRetries", "maxConcurrentStreams",
}

local function has_any(map, keys)
  for _, key in ipairs(keys) do
    if map[key] ~= nil then return true end
  end
  return false
end

local function check_pool(pool, ctx)
  if type(pool) ~= "table" then return end
  if not has_any(pool, { "http", "tcp" }) then ctx:fail(pool, "connectionPool needs http or tcp") end
  valid.tell_negative(ctx, pool.http, NUMBERS)
  valid.tell_negative(ctx, pool.tcp, { "maxConnections" })
  valid.tell(ctx, pool.http, "idleTimeout", valid.duration)
  for _, key in ipairs { "connectTimeout", "maxConnectionDuration", "idleTimeout" } do
    valid.tell(ctx, pool.tcp, key, valid.duration)
  end
  if pool.http.h2UpgradePolicy == "UPGRADE" and pool.http.useClientProtocol == true then
    ctx:fail(at(pool.http, "useClientProtocol"), "useClientProtocol and h2UpgradePolicy UPGRADE exclude each other")
  end
end

local function check_tls(tls, ctx)
  local named = str(tls.credentialName, "") ~= ""
  if tls.mode ~= "SIMPLE" and tls.mode ~= "MUTUAL" then return end
  if tls.insecureSkipVerify == true then
    for _, key in ipairs { "caCertificates", "subjectAltNames" } do
      if tls[key] ~= nil and tls[key] ~= "" then
        ctx:fail(at(tls, key), "%s does nothing where insecureSkipVerify is true", key)
      end
    end
  end
  for _, key in ipairs { "clientCertificate", "privateKey", "caCertificates", "caCrl" } do
    local given = str(tls[key], "") ~= ""
    if named and given then
      ctx:fail(at(tls, key), "credentialName holds %s already", key)
    elseif not named and not given and tls.mode == "MUTUAL" and (key == "clientCertificate"
      or key == "privateKey") then
      ctx:fail(at(tls, key), "tls mode MUTUAL needs credentialName or %s", key)
    end
  end
end

local function is_prime(number)
  for factor = 2, math.floor(math.sqrt(number)) do
    if number % factor == 0 then return false end
  end
  return number > 1
end

local function check_balancer(balancer, ctx)
  local hash = balancer.consistentHash
  if type(hash.httpCookie) == "table" and str(hash.httpCookie.name, "") == "" then
    ctx:fail(at(hash, "httpCookie", "name"), "httpCookie needs a name")
  end
  local size = hash.maglev.tableSize
  if type(hash.maglev) == "table" and (math.type(size) ~= "integer" or size >= 5000011 or not is_prime(size)) then
    ctx:fail(at(hash, "maglev", "tableSize"), "tableSize is not a prime number below 5000011")
  end
  local locality = balancer.localityLbSetting
  if count(locality.distribute) > 0 and count(locality.failover) + count(locality.failoverPriority) > 0 then
    ctx:fail(at(locality, "distribute"), "distribute and failover exclude each other")
  end
  for item in each(locality.distribute) do
    local total = 0
    for _, weight in pairs(item.to) do total = total + num(weight, 0) end
    if type(item.to) == "table" and total ~= 100 then
      ctx:fail(at(item, "to"), "the weights of a locality add up to %d, not to 100", total)
    end
  end
end

local function check_outliers(outlier, ctx)
  for _, key in ipairs { "baseEjectionTime", "interval" } do valid.tell(ctx, outlier, key, valid.duration) end
  for _, key in ipairs { "maxEjectionPercent", "minHealthPercent" } do valid.tell_number(ctx, outlier, key, 0, 100) end
  if num(outlier.consecutiveLocalOriginFailures, 0) > 0 and outlier.splitExternalLocalOriginErrors ~= true then
    ctx:fail(at(outlier, "consecutiveLocalOriginFailures"), "this needs splitExternalLocalOriginErrors: true")
  end
end

local function check_policy(policy, ctx)
  if type(policy) ~= "table" then return end
  if not has_any(policy, POLICIES) then ctx:fail(policy, "a trafficPolicy needs at least one field") end
  check_pool(policy.connectionPool, ctx)
  check_tls(policy.tls, ctx)
  check_balancer(policy.loadBalancer, ctx)
  check_outliers(policy.outlierDetection, ctx)
  for setting in each(policy.portLevelSettings) do
    if type(setting.port) ~= "table" then ctx:fail(at(setting, "port"), "portLevelSettings need a port") end
    check_policy(setting, ctx)
  end
end

return rule {
  title = "A DestinationRule is one that istiod takes",
  level = "error",
  kinds = { "networking.istio.io/DestinationRule" },
  why = [[istiod refuses what it finds wrong here, or, where its webhook is not asked, drops it in silence.]],
  fix = [[Correct what the message names.]],
  links = {
    "https://istio.io/latest/docs/reference/config/networking/destination-rule/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0106/",
  },
  aka = { "IST0106" },

  check = function(doc, ctx)
    local spec, names = doc.spec, {}
    if typeof(spec, "host") == "missing" then ctx:fail(at(doc, "spec", "host"), "a DestinationRule needs a host") end
    valid.tell(ctx, spec, "host", valid.host)
    check_policy(spec.trafficPolicy, ctx)
    for subset in each(spec.subsets) do
      local name = subset.name
      if not valid.is_label(name) then
        ctx:fail(at(subset, "name"), "the name of a subset is a DNS label, not %q", name)
      elseif names[name] then
        ctx:fail(at(subset, "name"), { also = { { at(names[name], "name"), "the first" } } },
          "two subsets are named %s", name)
      end
      if type(name) == "string" then names[name] = names[name] or subset end
      check_policy(subset.trafficPolicy, ctx)
    end
    valid.export_to(ctx, doc, false)
    valid.selector(ctx, spec.workloadSelector.matchLabels)
    for name, i in each(type(spec.workloadSelector) == "table" and spec.exportTo) do
      if name ~= "." and name ~= ctx.namespace.name then
        ctx:fail(at(spec, "exportTo", i), "a DestinationRule with a workloadSelector is for its own namespace only")
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo}
      spec:
        host: echo
        trafficPolicy:
          tls: {mode: MUTUAL, credentialName: echo}
          connectionPool: {http: {maxRetries: 0}}
          portLevelSettings: [{port: {number: 80}, tls: {mode: DISABLE}}]
        subsets: [{name: v1, labels: {version: v1}}, {name: v2}]
    ]] },
    fail { line = 4, count = 2, message = "host \"a..b\" has the label", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo}
      spec: {host: a..b, subsets: [{name: v1}, {name: v1}]}
    ]] },
    fail { line = 7, count = 6, message = "tls mode MUTUAL needs credentialName or clientCertificate", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo}
      spec:
        host: echo
        trafficPolicy:
          tls: {mode: MUTUAL, privateKey: a}
          connectionPool: {}
          outlierDetection: {interval: 5, maxEjectionPercent: 101}
          loadBalancer:
            consistentHash: {maglev: {tableSize: 65536}}
            localityLbSetting: {distribute: [{from: a, to: {a: 50, b: 40}}]}
    ]] },
    fail { line = 4, count = 2, message = "a trafficPolicy needs at least one field", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: a}
      spec: {host: echo, trafficPolicy: {}, workloadSelector: {matchLabels: {app: a}}, exportTo: [b]}
    ]] },
    fail { line = 8, count = 8, message = "maxConnections is negative", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo}
      spec:
        host: echo
        trafficPolicy:
          connectionPool:
            tcp: {maxConnections: -1, connectTimeout: 5, idleTimeout: 0s}
            http: {h2UpgradePolicy: UPGRADE, useClientProtocol: true, maxRetries: -1}
          tls: {mode: SIMPLE, insecureSkipVerify: true, caCertificates: system}
          loadBalancer: {consistentHash: {httpCookie: {ttl: 0s}}}
          outlierDetection: {consecutiveLocalOriginFailures: 5}
    ]] },
    fail { line = 5, message = "distribute and failover exclude each other", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo}
      spec:
        trafficPolicy: {loadBalancer: {localityLbSetting: {distribute: [{from: a}], failover: [{from: a, to: b}]}}}
        host: echo
    ]] },
    fail { line = 5, count = 2, message = "credentialName holds privateKey already", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo}
      spec:
        trafficPolicy: {tls: {mode: SIMPLE, credentialName: a, privateKey: b}, portLevelSettings: [{tls: {}}]}
        host: echo
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo}
      spec:
        trafficPolicy: {loadBalancer: {localityLbSetting: {failoverPriority: [a]}}, outlierDetection: {interval: 5s}}
        subsets:
          - name: a
            trafficPolicy:
              outlierDetection: {consecutiveLocalOriginFailures: 5, splitExternalLocalOriginErrors: true}
        host: echo
    ]] },
  },
}
