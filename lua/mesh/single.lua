-- Objects of which one counts for a pod: Sidecar, Telemetry, PeerAuthentication. Two that select the same pods, or two
-- for the whole namespace, leave it open which.
local pods = require "mesh/pods"
local single = {}

--- Notes such an object under ctx.scope.
function single.object(doc, ctx)
  local selector = pods.selector(doc)
  if not selector then return end
  local field = doc.spec.workloadSelector ~= nil and "workloadSelector" or "selector"
  ctx:emit(ctx.scope, { selector = selector, is_wide = count(selector) == 0, name = ctx.resource.name,
    at = count(selector) == 0 and at(doc, "metadata", "name") or at(doc, "spec", field) })
end

-- Two facts of one object, which lies in two files, are no two objects.
local function is_other(a, b) return a.value.name == nil or a.value.name ~= b.value.name end

local function objects(facts)
  local wide, narrow = {}, {}
  for fact in each(facts) do
    if fact.value.selector then table.insert(fact.value.is_wide and wide or narrow, fact) end
  end
  return wide, narrow
end

-- The other objects of the list, as further places and as names.
local function others(list, fact)
  local places, names = {}, {}
  for _, other in ipairs(list) do
    if is_other(fact, other) then
      table.insert(places, { other.value.at, "another" })
      table.insert(names, str(other.value.name, "?"))
    end
  end
  return places, names
end

--- Tells, at each of them, that several are for the whole namespace.
function single.tell_wide(facts, ctx)
  local wide = objects(facts)
  for _, fact in ipairs(wide) do
    local places, names = others(wide, fact)
    if #names > 0 then
      ctx:fail(fact.value.at, { also = places }, "%s for all pods of the namespace, and so is %s", fact.resource.kind,
        table.concat(names, ", "))
    end
  end
end

-- The pods that two selectors share, as facts' places.
local function shared(facts, a, b)
  for fact in each(facts) do
    if fact.value.pod and pods.selects(a.value.selector, fact) and pods.selects(b.value.selector, fact) then
      return fact
    end
  end
  return nil
end

--- Tells, at each of them, that several select a workload that is in `facts`.
function single.tell_narrow(facts, ctx)
  local _, narrow = objects(facts)
  for i, fact in ipairs(narrow) do
    for j, other in ipairs(narrow) do
      local pod = i ~= j and is_other(fact, other) and shared(facts, fact, other)
      if pod then
        ctx:fail(fact.value.at, { also = { { other.value.at, "another" }, { pod.value.at, "selected by both" } } },
          "%s %s also selects %s %s", fact.resource.kind, str(other.value.name, "?"), pod.resource.kind,
          str(pod.resource.name, "?"))
      end
    end
  end
end

return single
