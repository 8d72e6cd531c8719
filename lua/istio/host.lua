-- Hosts, gateways and visibility: what the names in Istio's own objects refer to.
local istio = {}

-- the domain of Services, which istiod takes for fixed where nothing else is set
local DOMAIN = "cluster.local"

--- The full name of a host as written in an object of `namespace`: a name without a dot is a Service of that
--- namespace, all else (`reviews.prod` too) is taken literally. `domain` is "cluster.local" where it is nil. nil where
--- `host` is no text, or the namespace that it needs is not known.
--- Example:
---   istio.full_host("reviews", "team-a")       --> "reviews.team-a.svc.cluster.local"
---   istio.full_host("reviews.prod", "team-a")  --> "reviews.prod"
---   istio.full_host("*", "team-a")             --> "*"
---   istio.full_host("reviews", nil)            --> nil
function istio.full_host(host, namespace, domain)
  if type(host) ~= "string" or host == "" then return nil end
  if string.find(host, ".") or string.starts_with(host, "*") then return host end
  if type(namespace) ~= "string" then return nil end
  return host .. "." .. namespace .. ".svc." .. str(domain, DOMAIN)
end

--- The name and namespace of the Service that a full host stands for; nil where it is none of the cluster's.
--- Example:
---   istio.service_of("reviews.team-a.svc.cluster.local")  --> "reviews", "team-a"
---   istio.service_of("www.example.com")                   --> nil
function istio.service_of(host, domain)
  local name, namespace, rest = re.match(host, [[\A([^.*]+)\.([^.]+)\.svc\.(.+)\z]])
  if rest ~= str(domain, DOMAIN) then return nil end
  return name, namespace
end

--- Whether two hosts can mean the same: they are equal, or one or both begin with `*` and the longer one ends in
--- what the shorter one fixes. `*.foo.com` does not match `foo.com`; `*` matches all.
--- Example:
---   istio.hosts_overlap("*.example.com", "www.example.com")    --> true
---   istio.hosts_overlap("*.example.com", "*.www.example.com")  --> true
---   istio.hosts_overlap("*.example.com", "example.com")        --> false
---   istio.hosts_overlap("*", "a")                              --> true
---   istio.hosts_overlap("a", "b")                              --> false
function istio.hosts_overlap(a, b)
  if type(a) ~= "string" or type(b) ~= "string" then return false end
  if a == b then return true end
  local wild_a, wild_b = string.starts_with(a, "*"), string.starts_with(b, "*")
  if wild_a and wild_b then
    if #a < #b then a, b = b, a end
    return string.ends_with(string.sub(a, 2), string.sub(b, 2))
  end
  if wild_b then a, b, wild_a = b, a, true end
  if not wild_a then return false end
  return string.ends_with(b, string.sub(a, 2))
end

--- The gateway that an item of a VirtualService's `gateways` names, as "namespace/name": a bare name is one of the
--- VirtualService's own namespace. "mesh" stands for the sidecars and stays. nil where `gateway` is no text, or the
--- namespace that it needs is not known.
--- Example:
---   istio.gateway("public", "team-a")                --> "team-a/public"
---   istio.gateway("istio-system/public", "team-a")   --> "istio-system/public"
---   istio.gateway("mesh", "team-a")                  --> "mesh"
---   istio.gateway("public", nil)                     --> nil
function istio.gateway(gateway, namespace)
  if type(gateway) ~= "string" or gateway == "" then return nil end
  if gateway == "mesh" or string.find(gateway, "/") then return gateway end
  if type(namespace) ~= "string" then return nil end
  return namespace .. "/" .. gateway
end

--- The namespaces that see an object of `namespace`, by its `spec.exportTo`, or, for a Service, its annotation
--- `networking.istio.io/exportTo` (a list with commas): a sorted list without doubles. { "*" }: all, also where
--- nothing is said; "." is the object's own namespace (left out where it is not known), "~" none.
--- Example:
---   istio.export_to({ spec = { exportTo = { ".", "team-b" } } }, "team-a")  --> { "team-a", "team-b" }
---   istio.export_to({ spec = { exportTo = { "~" } } }, "team-a")            --> {}
---   istio.export_to({ kind = "VirtualService" }, "team-a")                  --> { "*" }
---   local annotations = { ["networking.istio.io/exportTo"] = "., team-b" }
---   istio.export_to({ kind = "Service", metadata = { annotations = annotations } }, "a")  --> { "a", "team-b" }
function istio.export_to(doc, namespace)
  local items, seen, list = doc.spec.exportTo, {}, {}
  if doc.kind == "Service" then
    local text = doc.metadata.annotations["networking.istio.io/exportTo"]
    items = type(text) == "string" and string.split(text, ",") or nil
  end
  if count(items) == 0 then return { "*" } end
  for item in each(items) do
    item = type(item) == "string" and string.trim(item) or nil
    if item == "*" then return { "*" } end
    if item == "." then item = str(namespace) end
    if item and item ~= "" and item ~= "~" and not seen[item] then
      seen[item] = true
      table.insert(list, item)
    end
  end
  table.sort(list)
  return list
end

--- Whether what lies in namespace `reader` sees an object of `namespace`, by istio.export_to.
--- Example:
---   istio.is_visible({ spec = { exportTo = { "." } } }, "team-a", "team-b")  --> false
---   istio.is_visible({ spec = { exportTo = { "." } } }, "team-a", "team-a")  --> true
---   istio.is_visible({ spec = {} }, "team-a", "team-b")                      --> true
function istio.is_visible(doc, namespace, reader)
  for item in each(istio.export_to(doc, namespace)) do
    if item == "*" or item == reader then return true end
  end
  return false
end

-- kinds with a selector: what one that is missing selects
local SELECTORS = {
  AuthorizationPolicy = "all", DestinationRule = "all", EnvoyFilter = "all", Gateway = "all",
  PeerAuthentication = "all", ProxyConfig = "all", RequestAuthentication = "all", Sidecar = "all",
  Telemetry = "all", TrafficExtension = "all", WasmPlugin = "all", ServiceEntry = "nothing",
}

-- The map of labels that an object asks for; nil where it asks for none.
local function selector_labels(doc)
  local spec = doc.spec
  local labels = spec.selector
  if doc.kind ~= "Gateway" then labels = labels.matchLabels end
  if labels == nil then labels = spec.workloadSelector.labels or spec.workloadSelector.matchLabels end
  if count(labels) == 0 then return nil end
  return labels
end

--- The selector of an Istio object as a LabelSelector, for k8s.selects: `selector.matchLabels` of policies and
--- Telemetry, `workloadSelector` of Sidecar, EnvoyFilter, ServiceEntry and DestinationRule, `selector` of a Gateway.
--- Missing or empty ones are empty and select every pod, but of a ServiceEntry, where it is nil. nil also for other
--- kinds, and where `targetRef` or `targetRefs` say what is meant. It reaches the object's own namespace; from the
--- root namespace, and for a Gateway, all of them.
--- Example:
---   local spec = { workloadSelector = { labels = { app = "a" } } }
---   local api = "networking.istio.io/v1"
---   istio.selector({ apiVersion = api, kind = "Sidecar", spec = spec })         --> { matchLabels = { app = "a" } }
---   local gateway = { apiVersion = api, kind = "Gateway", spec = { selector = { istio = "a" } } }
---   istio.selector(gateway)                                                     --> { matchLabels = { istio = "a" } }
---   istio.selector({ apiVersion = api, kind = "Sidecar" })                      --> {}
---   istio.selector({ apiVersion = api, kind = "ServiceEntry" })                 --> nil
---   istio.selector({ apiVersion = api, kind = "VirtualService", spec = spec })  --> nil
function istio.selector(doc)
  local missing = type(doc.kind) == "string" and SELECTORS[doc.kind]
  if not missing or not re.test(doc.apiVersion, [[\A[a-z]+\.istio\.io/]]) then return nil end
  if doc.spec.targetRef ~= nil or doc.spec.targetRefs ~= nil then return nil end
  local labels = selector_labels(doc)
  if labels ~= nil then return { matchLabels = labels } end
  if missing == "all" then return {} end
  return nil
end

return istio
