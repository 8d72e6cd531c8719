-- What istiod refuses in its own resources, as far as several kinds share it (istio 1.32, pkg/config/validation). The
-- functions answer nil where all is well, else what is wrong, to stand behind the name of what was asked about; those
-- with `ctx` tell it themselves.
local istio = require "istio"
local k8s = require "k8s"

local valid = {}

-- What is asked of every host is asked without regular expressions, which cost more than a short text is long.
local DASH = string.byte("-")
local WORD = {}
for byte in each { string.byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 1, -1) } do
  WORD[byte] = true
end

--- Whether `text` is a DNS label: letters, digits and, within, dashes; at most 63.
function valid.is_label(text)
  if type(text) ~= "string" or text == "" or #text > 63 then return false end
  if not WORD[string.byte(text)] or not WORD[string.byte(text, -1)] then return false end
  for i = 2, #text - 1 do
    local byte = string.byte(text, i)
    if not WORD[byte] and byte ~= DASH then return false end
  end
  return true
end

-- The number that a text of digits is; nil where it is none.
local function whole(text)
  if type(text) ~= "string" or #text > 9 then return nil end
  for i = 1, #text do
    local byte = string.byte(text, i)
    if byte < 48 or byte > 57 then return nil end
  end
  return tonumber(text)
end

--- Whether `text` is an address of IP version 4 or 6.
function valid.is_address(text)
  if type(text) ~= "string" then return false end
  if string.find(text, ":") then return re.test(text, "^[0-9a-fA-F:.]{2,45}$") end
  local parts = string.split(text, ".")
  for i = 1, 4 do
    if (whole(parts[i]) or 256) > 255 then return false end
  end
  return parts[5] == nil
end

--- Whether `text` is an address or an address range.
function valid.is_range(text)
  if type(text) ~= "string" then return false end
  local parts = string.split(text, "/")
  if parts[3] or not valid.is_address(parts[1]) then return false end
  if not parts[2] then return true end
  local most = string.find(text, ":") and 128 or 32
  return (whole(parts[2]) or most + 1) <= most
end

--- Whether `number` is one of a port.
function valid.is_port(number)
  return math.type(number) == "integer" and number >= 1 and number <= 65535
end

-- What kustomize, flux or a script fills in later: $(NAME), ${NAME}, NAME_OF_THIS. No host has such a label.
local PLACEHOLDER = "\\$[({]|(?:^|[./-])[A-Z0-9]+_[A-Z0-9_]+(?:$|[./-])"

local function has_placeholder(text)
  return (string.find(text, "$") or string.find(text, "_")) and re.test(text, PLACEHOLDER)
end

--- Whether `port` of a ServiceEntry or Sidecar names a protocol that istiod knows, or none.
function valid.is_protocol(port)
  return port.protocol == nil or port.protocol == "" or istio.port_protocol(port) ~= nil
end

--- A domain name without wildcard. One with a placeholder in it is not judged.
function valid.domain(text)
  if type(text) ~= "string" or text == "" then return "is empty" end
  if has_placeholder(text) then return nil end
  if #text > 255 then return "is longer than 255 letters" end
  local parts = string.split(text, ".")
  if whole(parts[#parts]) then return "ends in a number" end
  for i, part in ipairs(parts) do
    if not valid.is_label(part) and (part ~= "" or i < #parts) then
      return "has the label \"" .. part .. "\", which is none of DNS"
    end
  end
  return nil
end

--- A domain name whose first label may be, or begin with, a wildcard.
function valid.host(text)
  if type(text) ~= "string" or text == "" then return "is empty" end
  if #text > 255 then return "is longer than 255 letters" end
  if has_placeholder(text) then return nil end
  local dot = string.find(text, ".")
  local first = dot and string.sub(text, 1, dot - 1) or text
  if first == "*" then return dot and valid.domain(string.sub(text, dot + 1)) or nil end
  if string.starts_with(first, "*") then
    first = string.sub(first, string.starts_with(first, "*-") and 3 or 2)
  end
  if string.find(first, "*") or string.find(string.sub(text, dot or #text + 1), "*") then
    return "has a wildcard that is not at its beginning"
  end
  if not valid.is_label(first) then return "has the label \"" .. first .. "\", which is none of DNS" end
  return dot and valid.domain(string.sub(text, dot + 1)) or nil
end

--- A host behind a namespace: ns/host, */host, ./host. Without the namespace it is a host where `is_gateway`.
function valid.namespace_host(text, is_gateway)
  local parts = string.split(str(text, ""), "/")
  if #parts == 1 then
    return is_gateway and valid.host(text) or not is_gateway and "is not of the form NAMESPACE/HOST" or nil
  end
  if #parts > 2 or parts[1] == "" or parts[2] == "" then return "is not of the form NAMESPACE/HOST" end
  local namespace = parts[1]
  if namespace == "~" and not is_gateway then
    return parts[2] ~= "*" and "names a host of no namespace (~)" or nil
  end
  if namespace ~= "*" and namespace ~= "." and not valid.is_label(namespace) then
    return "has the namespace \"" .. namespace .. "\", which is none"
  end
  return parts[2] ~= "*" and valid.host(parts[2]) or nil
end

--- A duration such as 5s, 1.5s or 1m30s, of at least a millisecond.
function valid.duration(text)
  local seconds = k8s.duration(text)
  if not seconds then return "is no duration such as 5s" end
  return seconds < 0.001 and "is less than 1ms" or nil
end

--- Tells what valid.NAME finds wrong with map[key], where it is there.
function valid.tell(ctx, map, key, test, ...)
  if typeof(map, key) == "missing" or typeof(map, key) == "null" then return end
  local problem = test(map[key], ...)
  if problem then ctx:fail(at(map, key), "%s %q %s", type(key) == "string" and key or "host", map[key], problem) end
end

--- Tells a number outside of the bounds.
function valid.tell_number(ctx, map, key, least, most)
  local number = map[key]
  if type(number) == "number" and (number < least or number > most) then
    ctx:fail(at(map, key), "%s is %s, which is not between %s and %s", key, number, least, most)
  end
end

--- Tells each of `keys` of the map that is a negative number.
function valid.tell_negative(ctx, map, keys)
  for _, key in ipairs(keys) do
    if num(map[key], 0) < 0 then ctx:fail(at(map, key), "%s is negative", key) end
  end
end

--- Tells what is wrong with `exportTo`; `is_entry`: of a ServiceEntry, which may be for nobody (~).
function valid.export_to(ctx, doc, is_entry)
  local list = doc.spec.exportTo
  local seen = {}
  for name, i in each(list) do
    local key = name == "." and ctx.namespace.name or name
    if seen[key] then
      ctx:fail(at(list, i), { also = { { at(list, seen[key]), "the first" } } }, "exportTo has %s twice", key)
    elseif name ~= "*" and name ~= "." and not (is_entry and name == "~") and not valid.is_label(name) then
      ctx:fail(at(list, i), "exportTo %q is no namespace", name)
    elseif (name == "*" or name == "~") and count(list) > 1 then
      ctx:fail(at(list, i), "exportTo has %s and others beside it", name)
    end
    seen[key] = seen[key] or i
  end
end

--- Tells labels of a selector that hold a wildcard or no key.
function valid.selector(ctx, labels)
  for key, value in pairs(labels) do
    if key == "" then ctx:fail(at(labels, key), "a selector has an empty key") end
    if string.find(tostring(key) .. tostring(value), "*") then
      ctx:fail(at(labels, key), "a selector knows no wildcards")
    end
  end
end

local TARGETS = {
  ["/Service"] = true, ["core/Service"] = true, ["networking.istio.io/ServiceEntry"] = true,
  ["gateway.networking.k8s.io/Gateway"] = true, ["gateway.networking.k8s.io/GatewayClass"] = true,
}

local function target(ctx, ref)
  local kind = str(ref.group, "") .. "/" .. str(ref.kind, "")
  if str(ref.name, "") == "" then ctx:fail(at(ref, "name"), "a targetRef needs a name") end
  if str(ref.namespace, "") ~= "" then
    ctx:fail(at(ref, "namespace"), "a targetRef is for the policy's own namespace and names none")
  end
  if not TARGETS[kind] then
    ctx:fail(at(ref, "kind"), "a targetRef is to a Service, ServiceEntry, Gateway or GatewayClass, not to %s", kind)
  end
end

--- Tells what is wrong with whom a policy is for: its selector or its targetRefs.
function valid.attachment(ctx, doc)
  local spec = doc.spec
  local set = (type(spec.selector) == "table" and 1 or 0) + (type(spec.targetRef) == "table" and 1 or 0)
    + (count(spec.targetRefs) > 0 and 1 or 0)
  if set > 1 then
    ctx:fail(at(spec, type(spec.selector) == "table" and "selector" or "targetRef"),
      "only one of selector, targetRef and targetRefs can be")
  end
  valid.selector(ctx, spec.selector.matchLabels)
  if type(spec.targetRef) == "table" then target(ctx, spec.targetRef) end
  for ref in each(spec.targetRefs) do target(ctx, ref) end
end

return valid
