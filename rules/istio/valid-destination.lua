local route = require "mesh/route"
local valid = require "mesh/valid"

local function check_destinations(service, ctx)
  route.each_destination(service, function(destination, key, owner)
    if type(destination) ~= "table" then
      ctx:fail(at(owner, key), "a destination is missing")
      return
    end
    if destination.host == "*" then ctx:fail(at(destination, "host"), "host * is no destination") end
    valid.tell(ctx, destination, "host", valid.host)
    if typeof(destination, "host") == "missing" then
      ctx:fail(at(destination, "host"), "a destination needs a host")
    end
    if type(destination.port) == "table" and not valid.is_port(destination.port.number) then
      ctx:fail(at(destination, "port", "number"), "port number %s is not between 1 and 65535", destination.port.number)
    end
    local subset = destination.subset
    if subset ~= nil and subset ~= "" and not valid.is_label(subset) then
      ctx:fail(at(destination, "subset"), "subset %q is no DNS label", subset)
    end
  end)
end

local function check_weights(item, ctx)
  local total = 0
  for target in each(item.route) do
    valid.tell_negative(ctx, target, { "weight" })
    total = total + num(target.weight, 0)
  end
  if count(item.route) > 1 and total == 0 then
    ctx:fail(at(item, "route"), "several destinations share a weight of 0: none gets anything")
  end
end

return rule {
  title = "The destinations of a VirtualService are ones that istiod takes",
  level = "error",
  kinds = { "networking.istio.io/VirtualService" },
  why = [[istiod refuses what it finds wrong here, or, where its webhook is not asked, drops it in silence.]],
  fix = [[Correct what the message names.]],
  links = {
    "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
    "https://istio.io/latest/docs/reference/config/analysis/ist0106/",
  },
  aka = { "IST0106" },

  check = function(service, ctx)
    route.each_list(service, function(_, rules)
      for item in each(rules) do check_weights(item, ctx) end
    end)
    check_destinations(service, ctx)
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http:
          - route:
              - {destination: {host: echo, port: {number: 80}, subset: v1}, weight: 0}
              - {destination: {host: b.c}, weight: 1}
            mirror: {host: echo}
          - {delegate: {name: other}}
        tcp: [{route: [{destination: {host: db}}]}]
    ]] },
    fail { line = 6, count = 2, message = "share a weight of 0", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        tcp: [{route: [{destination: {host: a, subset: a.b}}, {destination: {host: b}}]}]
    ]] },
    fail { line = 6, count = 3, message = "host * is no destination", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec:
        hosts: [echo]
        http: [{route: [{destination: {host: "*", port: {number: 0}}}], mirrors: [{percentage: {value: 1}}]}]
    ]] },
  },
}
