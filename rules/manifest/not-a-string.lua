local k8s = require "k8s"

local function check_value(map, key, what, ctx)
  local kind = typeof(map, key)
  if kind == "string" or kind == "null" or kind == "missing" then return end
  ctx:fail(at(map, key), "%s is a %s, and Kubernetes takes only text%s", what, kind,
    (kind == "number" or kind == "boolean") and ": quote it" or "")
end

-- Tells values of the map under `key` that are no strings.
local function check_map(owner, key, what, ctx)
  if type(owner) ~= "table" then return end
  local map = owner[key]
  local kind = typeof(owner, key)
  if kind ~= "map" then
    if kind ~= "missing" and kind ~= "null" then
      ctx:fail(at(owner, key), "%ss are a map of texts, not a %s", what, kind)
    end
    return
  end
  for name, value in pairs(map) do
    if type(value) ~= "string" then check_value(map, name, string.format("the %s %s", what, name), ctx) end
  end
end

local function check_metadata(metadata, ctx)
  check_map(metadata, "labels", "label", ctx)
  check_map(metadata, "annotations", "annotation", ctx)
end

local function check_pod(template, ctx)
  local spec = template.spec
  if type(spec) ~= "table" then return end
  check_map(spec, "nodeSelector", "node label", ctx)
  for _, list in ipairs { "initContainers", "containers", "ephemeralContainers" } do
    for container in each(spec[list]) do
      for variable in each(container.env) do
        if type(variable) == "table" and type(variable.value) ~= "string" then
          check_value(variable, "value", "the value of " .. str(variable.name, "a variable"), ctx)
        end
      end
    end
  end
end

return rule {
  title = "Labels, annotations and variables are text",
  level = "error",
  kinds = { "*" },
  params = {
    data = param("boolean", true, "whether the values of ConfigMaps and Secrets are looked at"),
  },
  why = [[
    `version: 1.10`, `enabled: true` or `value: 8080` is a number or a boolean, and where Kubernetes takes only
    text the API server refuses the object: `cannot unmarshal number into Go struct field`.]],
  fix = [[Quote the value.]],
  links = { "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/" },

  check = function(doc, ctx)
    local resource = ctx.resource
    if resource.scope == "client" then return end
    check_metadata(doc.metadata, ctx)
    local template = resource.pod_template and k8s.pod_template(doc, ctx)
    if type(template) == "table" then
      if resource.pod_template ~= "" then check_metadata(template.metadata, ctx) end
      check_pod(template, ctx)
      if resource.group == "apps" then check_map(doc.spec.selector, "matchLabels", "label", ctx) end
    end
    if resource.group ~= "" then return end
    if resource.kind == "Service" then
      check_map(doc.spec, "selector", "label", ctx)
    elseif ctx.params.data and resource.kind == "ConfigMap" then
      check_map(doc, "data", "value", ctx)
    elseif ctx.params.data and resource.kind == "Secret" then
      check_map(doc, "data", "value", ctx)
      check_map(doc, "stringData", "value", ctx)
    end
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo, labels: {version: "1.10"}, annotations: {empty: }}
      spec:
        nodeSelector: {gpu: "true"}
        containers:
          - name: echo
            env: [{name: PORT, value: "8080"}, {name: IP, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}]
    ]] },
    fail { line = 3, column = 42, message = "the label version is a number", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, labels: {version: 1.10}}
    ]] },
    fail { line = 6, message = "the annotation prometheus.io/scrape is a boolean", [[
      apiVersion: v1
      kind: Service
      metadata:
        name: echo
        annotations:
          prometheus.io/scrape: true
    ]] },
    fail { line = 10, column = 35, message = "the value of PORT is a number", [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo}
      spec:
        template:
          spec:
            containers:
              - name: echo
                env:
                  - {name: PORT, value: 8080}
    ]] },
    fail { line = 6, count = 3, [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo}
      spec:
        selector:
          matchLabels: {app: 1}
        template:
          metadata: {labels: {app: 1}}
          spec: {nodeSelector: {gpu: true}}
    ]] },
    fail { line = 4, message = "the value flag is a boolean", [[
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: echo}
      data: {flag: yes}
    ]] },
    fail { line = 3, message = "labels are a map of texts, not a list", [[
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: echo, labels: [app]}
    ]] },
    pass { "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {labels: {a: 1}}\n" },
  },
}
