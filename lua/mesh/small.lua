-- What facts carry of a document: cut to what fits into one, so that no document, however odd, is too large to judge.
local small = {}

-- A fact holds 4 KiB; the rest is for places and other fields.
local BYTES = 2500

--- A copy of the texts in a map, as labels are; nil where they are too many for a fact. {} where there is none.
function small.map(map)
  local copy, bytes = {}, 0
  for key, value in pairs(map) do
    if type(key) == "string" and type(value) == "string" then
      copy[key], bytes = value, bytes + #key + #value + 8
    end
  end
  if bytes > BYTES then return nil end
  return copy
end

--- A copy of the texts and numbers of a list, from `field` of its items where one is named; nil where they are too
--- many for a fact.
function small.list(list, field)
  local copy, bytes = {}, 0
  for item in each(list) do
    local value = item
    if field then value = item[field] end
    if type(value) == "string" or type(value) == "number" then
      table.insert(copy, value)
      bytes = bytes + #tostring(value) + 8
    end
  end
  if bytes > BYTES then return nil end
  return copy
end

--- Whether `x` is a text that can be the name of an object or a host.
function small.is_name(x) return type(x) == "string" and x ~= "" and #x <= 253 end

--- Whether a text is one that a tool fills in later: ${DOMAIN}, {{ .Values.host }}, $(HOST).
function small.has_placeholder(text)
  return string.find(text, "$") ~= nil or string.find(text, "{") ~= nil
end

--- Whether a host is one that a tool fills in later: it also has none of the letters of names that a tool replaces.
function small.is_host(x)
  return small.is_name(x) and not small.has_placeholder(x) and not re.test(x, "[A-Z_]")
end

--- Whether the list holds the value.
function small.has(list, value)
  for item in each(list) do
    if item == value then return true end
  end
  return false
end

--- Whether the map `b` holds all that the map `a` does.
function small.is_within(a, b)
  for key, value in pairs(a) do
    if b[key] ~= value then return false end
  end
  return true
end

--- Whether two facts of one kind are of the same resource, maybe in a second file: that is for tenancy/declared-twice.
function small.is_same(a, b) return a.resource.name == b.resource.name and a.namespace == b.namespace end

return small
