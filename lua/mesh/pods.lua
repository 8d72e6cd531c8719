-- Pods, by the templates of workloads, for rules across documents that ask what a selector selects.
local istio = require "istio"
local k8s = require "k8s"
local mesh = require "mesh"
local small = require "mesh/small"
local pods = {}

--- What a rule notes of a workload: `pod` (the labels of its pods), `at`, `loose` where a kustomization adds labels
--- that the manifest does not show. nil where it has no template.
function pods.value(doc, ctx)
  local template = k8s.pod_template(doc, ctx)
  local labels = template and small.map(template.metadata.labels)
  if not labels then return nil end
  return { pod = labels, at = at(doc, "metadata", "name"), loose = ctx.file.relabelled or nil }
end

--- Notes a workload for selectors of its own namespace, under ctx.scope.
function pods.in_scope(doc, ctx)
  local value = pods.value(doc, ctx)
  if value then ctx:emit(ctx.scope, value) end
end

--- Notes a workload for selectors of any namespace: under each of its labels, as pods.key answers.
function pods.anywhere(doc, ctx)
  local value = pods.value(doc, ctx)
  if not value then return end
  for key, text in pairs(value.pod) do ctx:emit({ "pod", key .. "=" .. text }, value) end
  if value.loose then ctx:emit("loose", value) end
end

--- The key under which a map of labels meets the pods that it selects in any namespace; nil where it is empty.
function pods.key(labels)
  if count(labels) == 0 then return nil end
  local key = k8s.selector_key({ matchLabels = labels })
  return key and { "pod", key }
end

--- Whether a map of labels selects the pods of a fact.
function pods.selects(labels, fact)
  for key, value in pairs(labels) do
    if fact.value.pod[key] ~= value then return false end
  end
  return true
end

--- A look-up of what selects: of the facts whose value has a map of labels under `field`, those that select the pods of
--- a fact, in their order.
function pods.index(facts, field)
  local by_key, n = {}, 0
  for fact in each(facts) do
    local labels = fact.value[field]
    local key = labels and k8s.selector_key({ matchLabels = labels })
    if key then
      n = n + 1
      by_key[key] = by_key[key] or {}
      table.insert(by_key[key], { fact = fact, labels = labels, number = n })
    end
  end
  return function(pod)
    local found, list = {}, {}
    for _, key in ipairs(k8s.label_keys(pod.value.pod)) do
      for _, entry in ipairs(by_key[key] or {}) do
        if pods.selects(entry.labels, pod) then table.insert(found, entry) end
      end
    end
    table.sort(found, function(a, b) return a.number < b.number end)
    for _, entry in ipairs(found) do table.insert(list, entry.fact) end
    return list
  end
end

--- Whether pods of a workload may be in the mesh, with a sidecar or ambient; true where nobody knows.
function pods.may_be_in_mesh(doc, ctx)
  local template = k8s.pod_template(doc, ctx)
  if not template then return false end
  local answer = istio.in_mesh(template, ctx.namespace, { version = mesh.version(ctx) })
  return answer ~= false or istio.is_ambient(template, ctx.namespace) == true
end

--- Whether a map of labels may select the pods of a fact: labels that they do not have may come from a kustomization.
function pods.may_select(labels, fact)
  for key, value in pairs(labels) do
    local own = fact.value.pod[key]
    if own ~= value and not (own == nil and fact.value.loose) then return false end
  end
  return true
end

--- The first fact of pods that a map of labels may select, which `filter` (may be nil) lets pass; nil where there is
--- none.
function pods.find(labels, facts, filter)
  for fact in each(facts) do
    if fact.value.pod and pods.may_select(labels, fact) and (not filter or filter(fact)) then return fact end
  end
  return nil
end

--- The labels that an object of Istio's selects by, as a map; empty where it selects all, nil where it says by
--- targetRef what it is for.
function pods.selector(doc)
  local selector = istio.selector(doc)
  return selector and small.map(selector.matchLabels)
end

return pods
