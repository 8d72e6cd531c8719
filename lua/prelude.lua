-- What a rule file is made of: rule, pass, fail and param, which only put together what they are given; and the
-- check of what the file returned, so that a typo in a rule is told when the rule is loaded and not by a finding
-- that never comes. It looks at a copy that the rule cannot reach any more: what was checked stays so.
-- This file runs once in each state; the functions it sets are what every rule has.

-- primitives for this file alone: rules do not see them
local error_at, near, param_type_known = error_at, near, param_type_known

-- Every command copies what a rule declares, and a text as often as it is referred to: items of a list, bytes of each,
-- bytes of any other text, parameters.
local ITEMS_MAX, ITEM_MAX, TEXT_MAX, PARAMS_MAX = 1000, 1000, 64 * 1024, 100

local LEVELS = { error = true, warn = true, info = true, off = true }

-- field = the types it may have
local RULE = {
  title = "string", level = "string", kinds = "table", on = "string", notes = "table", patches = "boolean",
  params = "table", whole = "boolean", apart = "string", witness = "table", silent = "table", least = "number",
  when = "function", after = "table", check = "function", why = "string", fix = "string",
  links = "table", aka = "table", examples = "table", collect = "table", join = "function",
}
local EXAMPLE = {
  line = "number", column = "number", message = "string", count = "number", path = "string", params = "table",
  namespace = "string", kustomization = "string", patch = "boolean", policy = "string",
  files = "table",
}

-- Raises about a field; the loader finds its line in the file.
local function wrong(field, message, ...)
  error_at(field, string.format(message, ...))
end

local function check_length(field, text, most)
  if #text > most then wrong(field, "`%s` holds a text of more than %d bytes", field, most) end
end

local function check_count(field, count, most)
  if count > most then wrong(field, "`%s` holds more than %d items", field, most) end
end

local function check_fields(what, given, known)
  for key, value in pairs(given) do
    if type(key) == "string" then
      local want = known[key]
      if not want then
        local best = near(key, known)
        wrong(key, "%s has no field `%s`%s", what, key, best and "; did you mean `" .. best .. "`?" or "")
      elseif type(value) ~= want then
        wrong(key, "`%s` of %s is a %s, not a %s", key, what, type(value), want)
      elseif want == "string" then
        check_length(key, value, TEXT_MAX)
      end
    elseif what ~= "an example" or key ~= 1 then
      wrong(nil, "%s has only named fields", what)
    end
  end
end

local function check_strings(field, list)
  local n = 0
  for key, value in pairs(list) do
    n = n + 1
    if key ~= n or type(value) ~= "string" then
      wrong(field, "`%s` is a list of strings", field)
    end
    check_length(field, value, ITEM_MAX)
  end
  check_count(field, n, ITEMS_MAX)
end

-- A rule across documents: what it collects, by kind.
local function check_collect(given)
  if given.check then
    wrong("check", "a rule judges each document with `check`, or many together with `collect` and `join`: not both")
  end
  if not given.join then
    wrong("collect", "`collect` needs a `join`: function(key, facts, ctx)")
  end
  local count = 0
  for kind, collect in pairs(given.collect) do
    count = count + 1
    if type(kind) ~= "string" or type(collect) ~= "function" then
      wrong("collect", "`collect` maps kinds to functions: { [\"v1/Service\"] = function(doc, ctx) ... end }")
    end
    check_length("collect", kind, ITEM_MAX)
  end
  if count == 0 then wrong("collect", "`collect` is empty: the rule looks at nothing") end
  check_count("collect", count, ITEMS_MAX)
  if given.apart ~= nil and given.apart ~= "key" and given.apart ~= "scope" then
    wrong("apart", "`apart` is \"key\" or \"scope\", not %q", given.apart)
  end
  for _, field in ipairs { "witness", "silent" } do
    for _, kind in ipairs(given[field] or {}) do
      if not given.collect[kind] then wrong(field, "`%s` names %q, which `collect` does not collect", field, kind) end
    end
  end
  if given.least and not (given.least >= 2 and given.least <= 1000 and given.least % 1 == 0) then
    wrong("least", "`least` is a number of facts from 2 to 1000")
  end
end

-- Whether a default is of the type that the parameter declares.
local function fits(kind, value)
  if value == nil or kind == "any" then return true end
  for _, shape in ipairs { "list of ", "map of " } do
    if string.starts_with(kind, shape) then
      if type(value) ~= "table" then return false end
      for _, item in pairs(value) do
        if not fits(string.sub(kind, #shape + 1), item) then return false end
      end
      return true
    end
  end
  if kind == "integer" then return math.type(value) == "integer" end
  return type(value) == kind
end

local function check_param(given)
  local kind, default = given.type, given.default
  if type(kind) ~= "string" or type(given.purpose) ~= "string" then
    wrong("params", "a parameter is param(type, default, purpose), e.g. "
      .. "param(\"list of integer\", {}, \"ports that need no protocol\")")
  end
  check_length("params", given.purpose, TEXT_MAX)
  if not param_type_known(kind) then
    wrong("params", "%q is no type of a parameter: string, integer, number, boolean or any, "
      .. "alone or as `list of ...` or `map of ...`", kind)
  end
  if not fits(kind, default) then
    wrong("params", "the default of a parameter is no %s: %s", kind, tostring(default))
  end
end

local function check_params(params)
  local count = 0
  for name, value in pairs(params) do
    if type(name) ~= "string" or type(value) ~= "table" or not value.param then
      wrong("params", "`params` maps names to param(type, default, purpose)")
    end
    check_length("params", name, ITEM_MAX)
    check_param(value)
    count = count + 1
  end
  check_count("params", count, PARAMS_MAX)
end

local function check_examples(examples)
  for number, example in pairs(examples) do
    local verdict = type(example) == "table" and example.verdict
    if type(number) ~= "number" or verdict ~= "pass" and verdict ~= "fail" then
      wrong("examples", "`examples` is a list of pass { [[...]] } and fail { line = 3, [[...]] }")
    end
    if type(example[1]) ~= "string" then wrong("examples", "an example is %s { [[manifest]] }", verdict) end
    example.verdict = nil
    check_fields("an example", example, EXAMPLE)
    example.verdict = verdict
  end
end

-- Raises where a rule is not what a rule is.
local function check_rule(given)
  check_fields("a rule", given, RULE)
  for _, field in ipairs { "kinds", "notes", "after", "links", "aka", "witness", "silent" } do
    if given[field] then check_strings(field, given[field]) end
  end
  for _, field in ipairs { "kinds", "notes" } do
    if given[field] and not given[field][1] then wrong(field, "`%s` is empty: the rule looks at nothing", field) end
  end
  if not given.title then wrong(nil, "a rule needs a `title`") end
  if not given.level then wrong(nil, "a rule needs a `level`: error, warn, info or off") end
  if not LEVELS[given.level] then
    wrong("level", "`level` is error, warn, info or off, not %q", given.level)
  end
  if given.params then check_params(given.params) end
  if given.on ~= nil and given.on ~= "file" and given.on ~= "krug" then
    wrong("on", "`on` can only be \"file\", not %q", given.on)
  end
  local subjects = (given.kinds and 1 or 0) + (given.on and 1 or 0) + (given.notes and 1 or 0)
    + (given.collect and 1 or 0)
  if subjects ~= 1 then
    wrong(nil, "a rule needs one of `kinds` (e.g. { \"v1/Service\" }, or { \"*\" } for every resource), "
      .. "`on = \"file\"`, `notes` and `collect`")
  end
  for _, field in ipairs(given.collect and {} or { "apart", "witness", "silent", "least" }) do
    if given[field] then wrong(field, "`%s` is for rules across documents, which have `collect` and `join`", field) end
  end
  if given.collect then
    check_collect(given)
  elseif given.join then
    wrong("join", "`join` needs `collect`: { [\"v1/Service\"] = function(doc, ctx) ctx:emit(key, value) end }")
  elseif not given.check and given.on ~= "krug" then
    wrong(nil, "a rule needs a `check`: function(document, ctx)")
  end
  check_examples(given.examples or {})
end

function rule(given)
  if type(given) ~= "table" then wrong(nil, "rule takes one table: rule { title = ..., ... }") end
  given.is_rule = true
  return given
end

local function example(verdict, given)
  if type(given) ~= "table" then wrong("examples", "an example is %s { [[manifest]] }", verdict) end
  given.verdict = verdict
  return given
end

function pass(given) return example("pass", given) end

function fail(given) return example("fail", given) end

function param(kind, default, purpose)
  return { param = true, type = kind, default = default, purpose = purpose }
end

return check_rule
