-- The annotations that Istio knows: which kinds they are for, which are deprecated, and what their values may be
-- (istio/api, annotation/annotations.gen.go, July 2026).
local k8s = require "k8s"
local valid = require "mesh/valid"

local annotations = {}

local POD = { Pod = true }
local SERVICE = { Service = true }
local GATEWAY = { Gateway = true }
local WORKLOAD_ENTRY = { WorkloadEntry = true }

-- Each item of a list with commas passes `test`; an empty text is an empty list.
local function list_of(test, text)
  if string.trim(text) == "" then return true end
  for item in each(string.split(text, ",")) do
    if not test(item) then return false end
  end
  return true
end

local function is_port(text)
  text = string.trim(text)
  return re.test(text, "^[0-9]{1,5}$") and tonumber(text) <= 65535
end

local function is_ports(text) return list_of(is_port, text) end

local function is_ports_or_all(text) return text == "*" or is_ports(text) end

local function is_cidr(text)
  return string.find(text, "/") ~= nil and valid.is_range(text)
end

local function is_cidrs(text) return list_of(is_cidr, text) end

local function is_cidrs_or_all(text) return text == "*" or is_cidrs(text) end

local function is_count(text)
  return re.test(text, "^[0-9]{1,10}$") and tonumber(text) <= 4294967295
end

local function is_boolean(text)
  return re.test(text, "^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$")
end

local function is_quantity(text)
  return k8s.quantity(text) ~= nil
end

local function is_interfaces(text)
  return list_of(function(name) return re.test(name, "^[^\\s/,]{1,15}$") end, text)
end

local function is_interception(text) return re.test(text, "^(?:REDIRECT|TPROXY|NONE)$") end

local PORTS = { is_ports, "ports from 0 to 65535, separated by commas" }
local PORTS_OR_ALL = { is_ports_or_all, "* or ports from 0 to 65535, separated by commas" }
local CIDRS = { is_cidrs, "address ranges such as 10.0.0.0/8, separated by commas without blanks" }
local CIDRS_OR_ALL = { is_cidrs_or_all, "* or address ranges such as 10.0.0.0/8, separated by commas without blanks" }
local COUNT = { is_count, "a number from 0 to 4294967295" }
local QUANTITY = { is_quantity, "a quantity such as 100m or 128Mi" }
local INTERFACES = { is_interfaces, "names of network interfaces, separated by commas" }
local BOOLEAN = { is_boolean, "true or false" }

-- name = { kinds (nil: any), deprecated, { test, what it wants } }
local KNOWN = {
  ["alpha.istio.io/canonical-serviceaccounts"] = { SERVICE, true },
  ["alpha.istio.io/kubernetes-serviceaccounts"] = { SERVICE, true },
  ["networking.istio.io/exportTo"] = { SERVICE },
  ["traffic.istio.io/nodeSelector"] = { SERVICE },
  ["topology.istio.io/controlPlaneClusters"] = { { Namespace = true } },
  ["networking.istio.io/traffic-distribution"] = { { Namespace = true, Service = true, ServiceEntry = true } },
  ["istio.io/use-waypoint-canary-weight"] = { { Namespace = true, Service = true, ServiceEntry = true } },
  ["kubernetes.io/ingress.class"] = { { Ingress = true } },
  ["istio.io/dry-run"] = { { AuthorizationPolicy = true } },
  ["galley.istio.io/analyze-suppress"] = {},
  ["ambient.istio.io/waypoint-inbound-binding"] = { { Gateway = true, GatewayClass = true } },
  ["gateway.istio.io/name-override"] = { GATEWAY },
  ["gateway.istio.io/service-account"] = { GATEWAY },
  ["networking.istio.io/service-type"] = { GATEWAY },
  ["istio.io/autoRegistrationGroup"] = { WORKLOAD_ENTRY },
  ["istio.io/connectedAt"] = { WORKLOAD_ENTRY },
  ["istio.io/disconnectedAt"] = { WORKLOAD_ENTRY },
  ["istio.io/workloadController"] = { WORKLOAD_ENTRY },
  ["ambient.istio.io/bypass-inbound-capture"] = { POD },
  ["ambient.istio.io/dns-capture"] = { POD },
  ["ambient.istio.io/redirection"] = { POD },
  ["inject.istio.io/templates"] = { POD },
  ["istio.io/reroute-virtual-interfaces"] = { POD, false, INTERFACES },
  ["prometheus.istio.io/merge-metrics"] = { POD, false, BOOLEAN },
  ["proxy.istio.io/config"] = { POD },
  ["proxy.istio.io/overrides"] = { POD },
  ["readiness.status.sidecar.istio.io/applicationPorts"] = { POD },
  ["readiness.status.sidecar.istio.io/failureThreshold"] = { POD, false, COUNT },
  ["readiness.status.sidecar.istio.io/initialDelaySeconds"] = { POD, false, COUNT },
  ["readiness.status.sidecar.istio.io/periodSeconds"] = { POD, false, COUNT },
  ["sidecar.istio.io/agentLogLevel"] = { POD },
  ["sidecar.istio.io/bootstrapOverride"] = { POD },
  ["sidecar.istio.io/componentLogLevel"] = { POD },
  ["sidecar.istio.io/discoveryAddress"] = { POD, true },
  ["sidecar.istio.io/extraStatTags"] = { POD, true },
  ["sidecar.istio.io/inject"] = { POD, true },
  ["sidecar.istio.io/interceptionMode"] = { POD, false, { is_interception, "REDIRECT, TPROXY or NONE" } },
  ["sidecar.istio.io/logLevel"] = { POD },
  ["sidecar.istio.io/nativeSidecar"] = { POD },
  ["sidecar.istio.io/proxyCPU"] = { POD, false, QUANTITY },
  ["sidecar.istio.io/proxyCPULimit"] = { POD, false, QUANTITY },
  ["sidecar.istio.io/proxyImage"] = { POD },
  ["sidecar.istio.io/proxyImageType"] = { POD },
  ["sidecar.istio.io/proxyMemory"] = { POD, false, QUANTITY },
  ["sidecar.istio.io/proxyMemoryLimit"] = { POD, false, QUANTITY },
  ["sidecar.istio.io/rewriteAppHTTPProbers"] = { POD },
  ["sidecar.istio.io/statsCompression"] = { POD, true },
  ["sidecar.istio.io/statsEvictionInterval"] = { POD },
  ["sidecar.istio.io/statsFlushInterval"] = { POD },
  ["sidecar.istio.io/statsHistogramBins"] = { POD },
  ["sidecar.istio.io/statsHistogramBuckets"] = { POD },
  ["sidecar.istio.io/statsInclusionPrefixes"] = { POD, true },
  ["sidecar.istio.io/statsInclusionRegexps"] = { POD, true },
  ["sidecar.istio.io/statsInclusionSuffixes"] = { POD, true },
  ["sidecar.istio.io/userVolume"] = { POD },
  ["sidecar.istio.io/userVolumeMount"] = { POD },
  ["status.sidecar.istio.io/port"] = { POD, false, { is_port, "a port from 0 to 65535" } },
  ["traffic.sidecar.istio.io/excludeInboundPorts"] = { POD, false, PORTS },
  ["traffic.sidecar.istio.io/excludeInterfaces"] = { POD, false, INTERFACES },
  ["traffic.sidecar.istio.io/excludeOutboundIPRanges"] = { POD, false, CIDRS },
  ["traffic.sidecar.istio.io/excludeOutboundPorts"] = { POD, false, PORTS },
  ["traffic.sidecar.istio.io/includeInboundPorts"] = { POD, false, PORTS_OR_ALL },
  ["traffic.sidecar.istio.io/includeOutboundIPRanges"] = { POD, false, CIDRS_OR_ALL },
  ["traffic.sidecar.istio.io/includeOutboundPorts"] = { POD },
  ["traffic.sidecar.istio.io/kubevirtInterfaces"] = { POD, true, INTERFACES },
}

-- written by Istio itself, or read by others under the same name
local PASSED_OVER = {
  ["sidecar.istio.io/status"] = true, ["gateway.istio.io/controller-version"] = true, ["istio.io/rev"] = true,
}

--- Whether `name` would be one of Istio's, known or not: what stands before its first / ends in istio.io.
function annotations.is_istio(name)
  if type(name) ~= "string" or PASSED_OVER[name] then return false end
  return name == "kubernetes.io/ingress.class" or string.ends_with(string.split(name, "/")[1], "istio.io")
end

--- What is known of `name`: a table with `kinds` (nil: any kind), `deprecated`, `test` (nil: any value) and `wants`,
-- the values in words. nil where it is unknown.
function annotations.find(name)
  local found = KNOWN[name]
  if not found then return nil end
  local value = found[3] or {}
  return { kinds = found[1], deprecated = found[2] == true, test = value[1], wants = value[2] }
end

--- The known annotation that was probably meant by `name`: one with the same last part, in any case, or one that is
-- spelt nearly so; nil where there is none.
function annotations.near(name)
  local parts, names = string.split(name, "/"), {}
  local last = string.lower(parts[#parts])
  for known in pairs(KNOWN) do
    if string.ends_with(string.lower(known), "/" .. last) then return known end
    table.insert(names, known)
  end
  return string.near(name, names)
end

--- The kinds of `find` in words.
function annotations.kinds_in_words(kinds)
  local names = {}
  for kind in pairs(kinds) do table.insert(names, kind == "Pod" and "Pod (or pod template)" or kind) end
  return table.concat(names, ", ")
end

--- Calls visit(annotations, key, kind, labels) for each annotation of Istio's that the resource has: those of its own
-- metadata with its kind, those of its pod template with the kind "Pod".
function annotations.visit(doc, template, kind, visit)
  local seen = { { doc.metadata, kind } }
  if template and template ~= doc then table.insert(seen, { template.metadata, "Pod" }) end
  for _, pair in ipairs(seen) do
    local map = pair[1].annotations
    for key in pairs(map) do
      if annotations.is_istio(key) then visit(map, key, pair[2], pair[1].labels) end
    end
  end
end

return annotations
