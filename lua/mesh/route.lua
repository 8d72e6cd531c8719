-- What one match of a VirtualService says about another: whether they are the same, whether the first takes all that
-- the second could.
local route = {}

-- Any value as text that is equal for equal values, whatever the order of keys.
local function canonical(value, skip)
  if type(value) ~= "table" then return type(value) .. ":" .. tostring(value) end
  local keys, parts = {}, {}
  for key in pairs(value) do
    if key ~= skip then table.insert(keys, key) end
  end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(keys) do
    local text = tostring(key)
    table.insert(parts, #text .. ":" .. text .. "=" .. canonical(value[key]))
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

--- A text that is the same for two matches if and only if they are; of http matches `name` does not count.
function route.key(match, protocol)
  return canonical(match, protocol == "http" and "name" or nil)
end

-- Whether a text that `later` lets through is one that `earlier` does too; a missing one lets all through.
local function covers_text(earlier, later)
  if earlier == nil then return true end
  if type(earlier) ~= "table" or type(later) ~= "table" then return false end
  if type(earlier.exact) == "string" then return earlier.exact == later.exact end
  if type(earlier.prefix) ~= "string" then return false end
  return string.starts_with(str(later.exact, str(later.prefix, "")), earlier.prefix)
end

local function covers_map(earlier, later)
  for key, value in pairs(earlier) do
    if not covers_text(value, later[key]) then return false end
  end
  return true
end

local TEXTS = { method = true, authority = true, scheme = true }
local MAPS = { headers = true, queryParams = true }
local ANY = { name = true, statPrefix = true, uri = true }

--- Whether every request that the http match `later` takes is taken by `earlier` already, because its uri.prefix is a
-- shorter prefix of later's and it asks for nothing that later does not. Regular expressions are not compared.
function route.covers(earlier, later)
  local short, long = earlier.uri.prefix, later.uri.prefix
  if type(short) ~= "string" or type(long) ~= "string" or #short >= #long then return false end
  if not string.starts_with(long, short) then return false end
  for key, value in pairs(earlier) do
    local same
    if TEXTS[key] then same = covers_text(value, later[key])
    elseif MAPS[key] then same = covers_map(value, later[key])
    else same = ANY[key] or canonical(value) == canonical(later[key]) end
    if not same then return false end
  end
  return true
end

--- Whether all hosts that `b` stands for are of those that `a` stands for.
function route.host_covers(a, b)
  if a == b then return true end
  if type(a) ~= "string" or type(b) ~= "string" or not string.starts_with(a, "*") then return false end
  local rest = string.starts_with(b, "*") and string.sub(b, 2) or b
  return #rest >= #a - 1 and string.ends_with(rest, string.sub(a, 2)) and (#b > #a - 1)
end

--- Calls visit(protocol, rules) for each list of routes that a VirtualService has.
function route.each_list(service, visit)
  for _, protocol in ipairs { "http", "tcp", "tls" } do
    if type(service.spec[protocol]) == "table" then visit(protocol, service.spec[protocol]) end
  end
end

--- Calls visit(destination, key, owner) for each destination of the VirtualService: owner[key] is the destination.
function route.each_destination(service, visit)
  route.each_list(service, function(_, rules)
    for rule_item in each(rules) do
      for target in each(rule_item.route) do visit(target.destination, "destination", target) end
      if type(rule_item.mirror) == "table" then visit(rule_item.mirror, "mirror", rule_item) end
      for mirror in each(rule_item.mirrors) do visit(mirror.destination, "destination", mirror) end
    end
  end)
end

return route
