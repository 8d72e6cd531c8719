-- Label selectors, and the keys under which they meet labels in a join.
local object = require "k8s/object"
local workload = require "k8s/workload"
local k8s = {}

-- as locals: what follows runs for all that meets in joins
local each, pairs, type, str = each, pairs, type, str

local function has(values, text)
  for value in each(values) do
    if value == text then return true end
  end
  return false
end

-- Why the API refuses `values` of an expression that needs some; nil where it does not.
local function values_error(operator, values)
  local n = 0
  for value in each(values) do
    if type(value) ~= "string" then return "a value of `" .. operator .. "` is no text" end
    n = n + 1
  end
  if n == 0 then return "`" .. operator .. "` needs values" end
  if n ~= count(values) then return "a value of `" .. operator .. "` is null" end
  return nil
end

local function no_values_error(operator, values)
  if count(values) > 0 then return "`" .. operator .. "` takes no values" end
  return nil
end

-- for each operator: whether the value of a label (nil: it is missing) fits, and what is wrong with the expression
local OPERATORS = {
  In = { fits = function(value, values) return value ~= nil and has(values, value) end, error = values_error },
  NotIn = { fits = function(value, values) return value == nil or not has(values, value) end, error = values_error },
  Exists = { fits = function(value) return value ~= nil end, error = no_values_error },
  DoesNotExist = { fits = function(value) return value == nil end, error = no_values_error },
}

local function expression_error(expression)
  if type(expression) ~= "table" then return "an item of matchExpressions is no map" end
  if type(expression.key) ~= "string" then return "an item of matchExpressions has no key" end
  local operator = OPERATORS[str(expression.operator, "")]
  if operator == nil then return "an operator is none of In, NotIn, Exists and DoesNotExist" end
  return operator.error(expression.operator, expression.values)
end

local function match_labels_error(labels)
  local n = 0
  if labels == nil then return nil end
  if type(labels) ~= "table" or typeof(labels) == "list" then return "matchLabels is no map" end
  for _, value in pairs(labels) do
    if type(value) ~= "string" then return "a value of matchLabels is no text" end
    n = n + 1
  end
  if n ~= count(labels) then return "a value of matchLabels is null" end
  return nil
end

--- Why `selector`, a LabelSelector, is one that the API refuses or that selects nothing, in words; nil where it is
--- good. Empty is good: it selects everything.
--- Example:
---   k8s.selector_error({ matchLabels = { app = "a" } })  --> nil
---   k8s.selector_error({})                               --> nil
---   k8s.selector_error(nil)                              --> "there is no selector"
---   k8s.selector_error({ matchLabels = { app = 1 } })    --> "a value of matchLabels is no text"
---   k8s.selector_error({ matchExpressions = { { key = "a", operator = "In" } } })  --> "`In` needs values"
function k8s.selector_error(selector)
  if selector == nil then return "there is no selector" end
  if type(selector) ~= "table" or typeof(selector) == "list" then return "a selector is a map" end
  local why = match_labels_error(selector.matchLabels)
  local expressions = selector.matchExpressions
  if why then return why end
  if expressions == nil then return nil end
  if type(expressions) ~= "table" or (typeof(expressions) == "map" and count(expressions) > 0) then
    return "matchExpressions is no list"
  end
  for expression in each(expressions) do
    why = expression_error(expression)
    if why then return why end
  end
  return nil
end

--- Whether `selector`, a LabelSelector with matchLabels and matchExpressions, selects an object with these labels.
--- Empty selects everything, missing nothing; one that the API refuses selects nothing (k8s.selector_error says
--- why). A label whose value is no text counts as missing. The maps of Services and ReplicationControllers are made
--- selectors by k8s.selector.
--- Example:
---   k8s.selects({ matchLabels = { app = "a" } }, { app = "a", tier = "web" })  --> true
---   k8s.selects({ matchExpressions = { { key = "tier", operator = "NotIn", values = { "db" } } } }, {})  --> true
---   k8s.selects({ matchExpressions = { { key = "tier", operator = "Exists" } } }, { app = "a" })  --> false
---   k8s.selects({}, nil)  --> true
---   k8s.selects(nil, { app = "a" })  --> false
function k8s.selects(selector, labels)
  local wanted, n = selector.matchLabels, 0
  for key, value in pairs(wanted) do
    if labels[key] ~= value or type(value) ~= "string" then return false end
    n = n + 1
  end
  -- nearly all selectors: labels alone, none of them null
  if n > 0 and selector.matchExpressions == nil then return n == count(wanted) and typeof(wanted) == "map" end
  for expression in each(selector.matchExpressions) do
    local operator = OPERATORS[str(expression.operator, "")]
    if operator == nil or not operator.fits(str(labels[expression.key]), expression.values) then return false end
  end
  return k8s.selector_error(selector) == nil
end

-- A plain map as a selector; missing or empty is none.
local function plain(map)
  if type(map) == "table" and count(map) > 0 then return { matchLabels = map } end
  return nil
end

-- kinds whose selector is not simply spec.selector
local SELECTORS = {
  ["/Service"] = function(doc) return plain(doc.spec.selector) end,
  ["/ReplicationController"] = function(doc)
    return plain(doc.spec.selector) or plain(workload.pod_labels(doc))
  end,
  ["networking.k8s.io/NetworkPolicy"] = function(doc)
    local selector = doc.spec.podSelector
    if selector == nil then return {} end
    return selector
  end,
  ["policy/PodDisruptionBudget"] = function(doc)
    local selector = doc.spec.selector
    if doc.apiVersion == "policy/v1beta1" and count(selector) == 0 then return nil end
    return selector
  end,
}

--- The selector of an object as a LabelSelector, read as the API reads that kind: the map of a Service (missing or
--- empty: none) or ReplicationController (missing or empty: its pods' labels), `podSelector` of a NetworkPolicy
--- (missing is empty), `selector` of a PodDisruptionBudget (empty selects nothing in policy/v1beta1, everything in
--- policy/v1), `spec.selector` of other kinds. nil where there is none.
--- Example:
---   local service = { apiVersion = "v1", kind = "Service", spec = { selector = { app = "a" } } }
---   k8s.selector(service)                                              --> { matchLabels = { app = "a" } }
---   k8s.selector({ apiVersion = "v1", kind = "Service", spec = { selector = {} } })                 --> nil
---   k8s.selector({ apiVersion = "networking.k8s.io/v1", kind = "NetworkPolicy" })                   --> {}
---   k8s.selector({ apiVersion = "policy/v1", kind = "PodDisruptionBudget", spec = { selector = {} } })       --> {}
---   k8s.selector({ apiVersion = "policy/v1beta1", kind = "PodDisruptionBudget", spec = { selector = {} } })  --> nil
function k8s.selector(doc)
  local read = SELECTORS[(object.group(doc) or "?") .. "/" .. str(doc.kind, "")]
  local selector = doc.spec.selector
  if read then selector = read(doc) end
  if type(selector) == "table" then return selector end
  return nil
end

-- labels that many objects of a namespace share: what they select is left to another label, where there is one
local SHARED = {
  ["app.kubernetes.io/component"] = true, ["app.kubernetes.io/managed-by"] = true,
  ["app.kubernetes.io/part-of"] = true, ["app.kubernetes.io/version"] = true, ["helm.sh/chart"] = true,
  env = true, environment = true, heritage = true, release = true, team = true, tier = true, version = true,
}

-- Whether key `a` leads to fewer objects than `b`, as far as one can tell by names; any fixed order is correct.
local function leads_better(a, b)
  if b == nil then return true end
  local shared_a, shared_b = SHARED[a] == true, SHARED[b] == true
  if shared_a ~= shared_b then return shared_b end
  return a < b
end

-- The one value that an expression asks for, else nil: In with one value is an equality.
local function single_value(expression)
  if expression.operator == "In" and count(expression.values) == 1 then return expression.values[1] end
  return nil
end

--- The one key under which a selector meets the labels that it may select, in rules across documents: `label=value`,
--- else `label` where it only asks that a label exists or has one of several values, else `*` where it asks for
--- nothing that an object must have. nil where it selects nothing.
---
--- Guarantee: if k8s.selects(selector, labels), then k8s.selector_key(selector) is in k8s.label_keys(labels), exactly
--- once. So it is enough to emit every selector under its key, and to look for it under each key of the labels;
--- what meets need not match: ask k8s.selects. Cost: a selector is one fact; labels meet only the selectors that share
--- a label or value with them, and those with the key `*`. Put the namespace into the key, as selectors do not reach
--- beyond it: `ctx:emit({ ctx.scope, key }, ...)`.
--- Example:
---   k8s.selector_key({ matchLabels = { app = "a", ["app.kubernetes.io/component"] = "web" } })  --> "app=a"
---   k8s.selector_key({ matchExpressions = { { key = "app", operator = "In", values = { "a", "b" } } } })  --> "app"
---   k8s.selector_key({ matchExpressions = { { key = "app", operator = "DoesNotExist" } } })  --> "*"
---   k8s.selector_key({})   --> "*"
---   k8s.selector_key(nil)  --> nil
function k8s.selector_key(selector)
  if k8s.selector_error(selector) then return nil end
  local best, value, existing
  for key, wanted in pairs(selector.matchLabels) do
    if leads_better(key, best) then best, value = key, wanted end
  end
  for expression in each(selector.matchExpressions) do
    local key, operator, wanted = expression.key, expression.operator, single_value(expression)
    if wanted ~= nil and leads_better(key, best) then
      best, value = key, wanted
    elseif (operator == "In" or operator == "Exists") and leads_better(key, existing) then
      existing = key
    end
  end
  if best ~= nil then return best .. "=" .. value end
  return existing or "*"
end

--- The keys under which labels meet every selector that may select them, as k8s.selector_key answers: `label=value`
--- and `label` for each label, and `*`; none twice. n labels give at most 2 n + 1 keys. Labels that are missing
--- have the key `*` alone.
--- Example:
---   k8s.label_keys({ app = "a", tier = "web" })  --> { "app=a", "app", "tier=web", "tier", "*" }
---   k8s.label_keys(nil)                          --> { "*" }
function k8s.label_keys(labels)
  local keys, seen = {}, {}
  local function add(key)
    if not seen[key] then table.insert(keys, key) end
    seen[key] = true
  end
  for key, value in pairs(labels) do
    if type(key) == "string" and type(value) == "string" then
      add(key .. "=" .. value)
      add(key)
    end
  end
  add("*")
  return keys
end

return k8s
