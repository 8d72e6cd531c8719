local k8s = require "k8s"
local pods = require "mesh/pods"
local registry = require "mesh/registry"
local small = require "mesh/small"

-- Labels that a pod has from its node.
local function is_topology(key)
  return string.starts_with(key, "topology.") or string.starts_with(key, "failure-domain.")
    or key == "kubernetes.io/hostname"
end

-- The labels of a subset that a manifest can show; nil where there are none.
local function labels_of(subset)
  local labels, any = {}, false
  for key, value in pairs(small.map(subset.labels)) do
    if not is_topology(key) then labels[key], any = value, true end
  end
  return any and labels or nil
end

-- Under the full name of the Service, else under its name in the directory.
local function note_service(service, ctx)
  local selector = k8s.selector(service)
  local labels = selector and small.map(selector.matchLabels)
  local key = labels and ctx.resource.name and registry.local_key(ctx.resource.name, ctx)
  if key then ctx:emit(key, { service = labels, at = at(service, "metadata", "name") }) end
end

local function note_entry(entry, ctx)
  local labels = small.map(entry.spec.workloadSelector.labels)
  for host, i in each(labels and count(labels) > 0 and entry.spec.hosts) do
    local key = registry.local_key(host, ctx)
    if key then ctx:emit(key, { service = labels, at = at(entry.spec.hosts, i) }) end
  end
end

local function note_subsets(doc, ctx)
  local key = registry.local_key(doc.spec.host, ctx)
  for subset in each(key and doc.spec.subsets) do
    local labels, name = labels_of(subset), str(subset.name, "?")
    if labels and #name < 200 then ctx:emit(key, { subset = name, labels = labels, at = at(subset, "labels") }) end
  end
end

return rule {
  title = "Every subset of a DestinationRule has pods",
  level = "error",
  witness = { "workload", "v1/Service", "networking.istio.io/ServiceEntry", "networking.istio.io/WorkloadEntry" },
  why = [[
    A subset whose labels no pod of the Service has is empty: routes to it are answered with 503. It happens when the
    labels of a Deployment are renamed, or an old version is deleted and its subset is forgotten.]],
  fix = [[
    Give the subset labels that the pod template has, or delete it. Services without pods in the repository are not
    judged, nor labels that a pod has from its node.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0173/" },
  aka = { "IST0173" },

  collect = {
    workload = pods.in_scope,
    ["v1/Service"] = note_service,
    ["networking.istio.io/DestinationRule"] = note_subsets,
    ["networking.istio.io/ServiceEntry"] = note_entry,
    ["networking.istio.io/WorkloadEntry"] = function(doc, ctx)
      local labels = small.map(doc.spec.labels)
      if labels then ctx:emit(ctx.scope, { pod = labels, at = at(doc, "metadata", "name") }) end
    end,
  },

  join = function(_, facts, ctx)
    local service, subset, selected = nil, nil, {}
    for fact in each(facts) do
      if fact.value.service then service = service or fact end
      subset = subset or fact.value.subset
    end
    for pod in each(service and subset and ctx:facts(service.scope)) do
      if pod.value.pod and pods.selects(service.value.service, pod) then table.insert(selected, pod) end
    end
    for fact in each(#selected > 0 and facts) do
      local found = fact.value.subset == nil
      for _, pod in ipairs(selected) do found = found or pods.may_select(fact.value.labels, pod) end
      if not found then
        local places = { { service.value.at, "the Service" }, { selected[1].value.at, "its pods" } }
        ctx:fail(fact.value.at, { also = places },
          "no pod of the Service has the labels of subset %s", fact.value.subset)
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: team-a}
      spec:
        host: echo
        subsets:
          - {name: v1, labels: {version: v1}}
          - {name: near, labels: {topology.kubernetes.io/zone: a}}
          - {name: all}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-a}
      spec: {selector: {app: echo}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: team-a}
      spec: {template: {metadata: {labels: {app: echo, version: v1}}}}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: outside, namespace: team-a}
      spec: {host: api.example.com, subsets: [{name: v1, labels: {version: v1}}]}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: vm, namespace: team-a}
      spec: {host: vm.example.com, subsets: [{name: v1, labels: {version: v1}}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: vm, namespace: team-a}
      spec: {hosts: [vm.example.com], workloadSelector: {labels: {app: vm}}}
      ---
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: vm, namespace: team-a}
      spec: {address: 10.0.0.1, labels: {app: vm, version: v1}}
    ]] },
    -- pods of another Service, and of another namespace, are none of its own
    fail { line = 4, column = 74, count = 1, message = "no pod of the Service has the labels of subset v2", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo, namespace: team-b}
      spec: {host: echo.team-a.svc.cluster.local, subsets: [{name: v2, labels: {version: v2}}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo, namespace: team-a}
      spec: {selector: {app: echo}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: team-a}
      spec: {template: {metadata: {labels: {app: echo, version: v1}}}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: other, namespace: team-a}
      spec: {template: {metadata: {labels: {app: other, version: v2}}}}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo, namespace: team-b}
      spec: {template: {metadata: {labels: {app: echo, version: v2}}}}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo}
      spec: {host: echo, subsets: [{name: v2, labels: {version: v2}}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec: {selector: {app: echo}}
    ]] },
  },
}
