local k8s = require "k8s"

local NAME = "[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
local DOMAIN = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*"
local KEY = "(?:(?=[^/]{1,253}/)" .. DOMAIN .. "/)?" .. NAME
-- a whole list of them, each behind a NUL: nearly all manifests are right, and are done with one match
local KEYS = "^(?:\\x00" .. KEY .. ")*\\z"
local VALUES = "^(?:\\x00(?:" .. NAME .. ")?)*\\z"

-- A placeholder is filled in before the manifest is applied.
local function is_open(text) return string.find(text, "$") ~= nil end

local function key_refusal(key)
  local parts = string.split(key, "/")
  local prefix, name = parts[1], parts[2]
  if name == nil then
    name = prefix
  elseif parts[3] then
    return "holds more than one /"
  elseif #prefix > 253 or not re.test(prefix, "^" .. DOMAIN .. "\\z") then
    return "has a prefix that is no domain name"
  end
  if not re.test(name, "^" .. NAME .. "\\z") then
    return "consists of at most 63 letters, digits, -, _ and ., with a letter or digit at both ends"
  end
  return nil
end

local function check_value(map, key, value, ctx)
  if type(value) ~= "string" or value == "" or is_open(value) or re.test(value, "^" .. NAME .. "\\z") then return end
  ctx:fail(at(map, key), "the value of label %s %s", key, string.find(value, "{{")
    and "holds a template that was not rendered"
    or "consists of at most 63 letters, digits, -, _ and ., with a letter or digit at both ends")
end

-- Whether all is right at the first sight.
local function is_good(map, is_labels)
  local keys, values, count, strings = { "" }, { "" }, 1, 1
  for key, value in pairs(map) do
    count = count + 1
    keys[count] = key
    if is_labels and type(value) == "string" then
      strings = strings + 1
      values[strings] = value
    end
  end
  local joined = table.concat(keys, "\0")
  -- annotations may be written in any case
  return re.test(is_labels and joined or string.lower(joined), KEYS) and re.test(table.concat(values, "\0"), VALUES)
end

local function check_map(metadata, field, what, ctx)
  local map, is_labels = metadata[field], field == "labels"
  if type(map) ~= "table" or typeof(metadata, field) ~= "map" or is_good(map, is_labels) then return end
  for key, value in pairs(map) do
    local why = not is_open(key) and key_refusal(is_labels and key or string.lower(key))
    if why then ctx:fail(at(map, key), "the key %q of %s %s", key, what, why) end
    if is_labels then check_value(map, key, value, ctx) end
  end
end

local function check_metadata(metadata, ctx)
  if type(metadata) ~= "table" then return end
  check_map(metadata, "labels", "a label", ctx)
  check_map(metadata, "annotations", "an annotation", ctx)
end

return rule {
  title = "Labels and annotations are written as Kubernetes takes them",
  level = "error",
  kinds = { "*" },
  why = [[
    A label's value is at most 63 letters, digits, dashes, underscores and dots, and a key is that behind an
    optional domain name and a slash. Anything else is refused when the object is applied, and in a pod template only
    when its controller creates the pods. Texts with `$` are left alone: something fills them in before.]],
  fix = [[Shorten the value, or move it into an annotation, which takes any text.]],
  links = { "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set" },
  aka = { "label-values" },

  check = function(doc, ctx)
    local resource = ctx.resource
    if resource.scope == "client" then return end
    check_metadata(doc.metadata, ctx)
    if str(resource.pod_template, "") == "" then return end
    local template = k8s.pod_template(doc, ctx)
    if type(template) == "table" then check_metadata(template.metadata, ctx) end
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Service
      metadata:
        name: echo
        labels: {app.kubernetes.io/version: v1.2_3, empty: "", owner: "${TEAM}"}
        annotations: {Acme.com/Note: "any text at all", Note: ok}
    ]] },
    fail { line = 3, column = 40, message = "the value of label owner", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, labels: {owner: team echo}}
    ]] },
    -- the end of a line is part of the text
    fail { line = 6, message = "the value of label owner", [[
      apiVersion: v1
      kind: Service
      metadata:
        name: echo
        labels:
          owner: |
            team-echo
          tier: web
    ]] },
    fail { line = 3, message = "a template that was not rendered", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, labels: {owner: "{{ team }}"}}
    ]] },
    fail { line = 4, message = "the key \"app name\" of a label", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo,
        labels: {app name: x}}
    ]] },
    fail { line = 3, message = "holds more than one /", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, annotations: {acme.com/team/owner: x}}
    ]] },
    fail { line = 3, message = "a prefix that is no domain name", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo, labels: {acme_com/team: x}}
    ]] },
    fail { line = 6, [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo}
      spec:
        template:
          metadata: {labels: {app: -echo}}
    ]] },
  },
}
