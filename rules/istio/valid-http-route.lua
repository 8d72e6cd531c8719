local valid = require "mesh/valid"

local RETRY_ON = {
  ["5xx"] = true, ["gateway-error"] = true, reset = true, ["reset-before-request"] = true, ["connect-failure"] = true,
  ["retriable-4xx"] = true, ["refused-stream"] = true, ["retriable-status-codes"] = true, ["retriable-headers"] = true,
  ["envoy-ratelimited"] = true, ["http3-post-connect-failure"] = true, cancelled = true, ["deadline-exceeded"] = true,
  internal = true, ["resource-exhausted"] = true, unavailable = true,
}

local METHODS = {
  GET = true, HEAD = true, POST = true, PUT = true, PATCH = true, DELETE = true, CONNECT = true, OPTIONS = true,
  TRACE = true,
}

-- One of route, redirect, directResponse and delegate says what happens; some exclude others.
local function check_action(item, ctx)
  if type(item.delegate) == "table" then
    for _, key in ipairs { "route", "redirect", "directResponse" } do
      if type(item[key]) == "table" then ctx:fail(at(item, key), "a route that delegates has no %s", key) end
    end
    return
  end
  local has_route = count(item.route) > 0
  local answer = type(item.redirect) == "table" and "redirect" or type(item.directResponse) == "table"
    and "directResponse"
  if not answer and not has_route then
    ctx:fail(at(item, "route"), "an http route needs route, redirect, directResponse or delegate")
  elseif answer then
    if has_route then ctx:fail(at(item, "route"), "a route with %s has no route", answer) end
    for _, key in ipairs { "fault", "rewrite", answer == "redirect" and "directResponse" or nil } do
      if type(item[key]) == "table" then ctx:fail(at(item, key), "a route with %s has no %s", answer, key) end
    end
  end
end

local function check_fault(fault, ctx)
  if type(fault) ~= "table" then return end
  if type(fault.abort) ~= "table" and type(fault.delay) ~= "table" then
    ctx:fail(fault, "a fault needs abort or delay")
  end
  for _, key in ipairs { "abort", "delay" } do valid.tell_number(ctx, fault[key].percentage, "value", 0, 100) end
  valid.tell_number(ctx, fault.abort, "httpStatus", 200, 600)
  valid.tell(ctx, fault.delay, "fixedDelay", valid.duration)
end

local function check_retries(retries, ctx)
  if type(retries) ~= "table" then return end
  valid.tell_negative(ctx, retries, { "attempts" })
  if num(retries.attempts, 0) == 0 then
    for _, key in ipairs { "perTryTimeout", "retryOn", "retryRemoteLocalities" } do
      if retries[key] ~= nil then ctx:fail(at(retries, key), "%s does nothing where attempts is 0", key) end
    end
  end
  valid.tell(ctx, retries, "perTryTimeout", valid.duration)
  local text = str(retries.retryOn, "")
  for word in each(text ~= "" and string.split(text, ",")) do
    if not RETRY_ON[word] and not re.test(word, "^[1-5][0-9][0-9]$") then
      ctx:fail(at(retries, "retryOn"), "retryOn knows no %q", word)
    end
  end
end

-- what a redirect can change
local TARGETS = { "uri", "authority", "scheme", "port", "derivePort", "prefixRewrite" }

local function has_any(map, keys)
  for _, key in ipairs(keys) do
    if map[key] ~= nil and map[key] ~= "" then return true end
  end
  return false
end

local function check_answers(item, ctx)
  local redirect, answer, cors = item.redirect, item.directResponse, item.corsPolicy
  valid.tell_number(ctx, redirect, "redirectCode", 300, 399)
  if type(redirect) == "table" and not has_any(redirect, TARGETS) then
    ctx:fail(redirect, "a redirect needs one of %s", table.concat(TARGETS, ", "))
  end
  if str(redirect.uri, "") ~= "" and str(redirect.prefixRewrite, "") ~= "" then
    ctx:fail(at(redirect, "prefixRewrite"), "a redirect has uri or prefixRewrite, not both")
  end
  valid.tell_number(ctx, answer, "status", 200, 600)
  if type(answer) == "table" and #str(answer.body.string, str(answer.body.bytes, "")) > 1048576 then
    ctx:fail(at(answer, "body"), "the body of a directResponse is larger than 1 MiB")
  end
  for method, i in each(cors.allowMethods) do
    if not METHODS[method] then ctx:fail(at(cors.allowMethods, i), "%q is no method of HTTP", method) end
  end
  valid.tell(ctx, cors, "maxAge", valid.duration)
end

return rule {
  title = "The http routes of a VirtualService are ones that istiod takes",
  level = "error",
  kinds = { "networking.istio.io/VirtualService" },
  why = [[istiod refuses what it finds wrong here, or, where its webhook is not asked, drops it in silence.]],
  fix = [[Correct what the message names.]],
  links = {
    "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute",
    "https://istio.io/latest/docs/reference/config/analysis/ist0106/",
  },
  aka = { "IST0106" },

  check = function(service, ctx)
    for item in each(service.spec.http) do
      check_action(item, ctx)
      check_fault(item.fault, ctx)
      check_retries(item.retries, ctx)
      check_answers(item, ctx)
      valid.tell(ctx, item, "timeout", valid.duration)
      if type(item.mirror) == "table" and count(item.mirrors) > 0 then
        ctx:fail(at(item, "mirrors"), "a route has mirror or mirrors, not both")
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http:
          - route: [{destination: {host: echo}}]
            retries: {attempts: 3, perTryTimeout: 2s, retryOn: "5xx,503,reset"}
            timeout: 1m30s
          - {redirect: {uri: /new, redirectCode: 301}}
          - {directResponse: {status: 404}}
          - {delegate: {name: other}}
    ]] },
    fail { line = 7, count = 2, message = "needs route, redirect, directResponse or delegate", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http:
          - {timeout: 5}
    ]] },
    fail { line = 7, count = 3, message = "retryOn does nothing where attempts is 0", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http:
          - {retries: {retryOn: 5XX}, corsPolicy: {allowMethods: [get]}, route: [{destination: {host: echo}}]}
    ]] },
    fail { line = 7, count = 3, message = "a route with redirect has no fault", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http:
          - {redirect: {uri: /}, fault: {abort: {httpStatus: 100}}, route: [{destination: {host: echo}}]}
    ]] },
    fail { line = 7, count = 4, message = "value is 101, which is not between 0 and 100", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http:
          - {fault: {delay: {percentage: {value: 101}, fixedDelay: 5}}, route: [{destination: {host: echo}}]}
          - {fault: {}, route: [{destination: {host: echo}}]}
          - {redirect: {redirectCode: 302}}
          - {redirect: {authority: a.example.com, scheme: https}}
    ]] },
    fail { line = 6, message = "a route has mirror or mirrors, not both", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http: [{mirror: {host: a}, mirrors: [{destination: {host: b}}], route: [{destination: {host: echo}}]}]
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec: {hosts: [echo], http: [{directResponse: {status: 503, body: {string: closed}}}]}
    ]] },
    fail { line = 6, count = 2, message = "a redirect has uri or prefixRewrite, not both", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http: [{redirect: {uri: /a, prefixRewrite: /b}}, {redirect: {port: 80, redirectCode: 400}}]
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http: [{redirect: {derivePort: FROM_REQUEST_PORT}}, {directResponse: {status: 200, body: {bytes: YQ==}}}]
    ]] },
  },
}
