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
local function is_other(a, b) return a ~= b and (a.value.name == nil or a.value.name ~= b.value.name) end

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
  local wide = {}
  for fact in each(facts) do
    if fact.value.is_wide then table.insert(wide, fact) end
  end
  for _, fact in ipairs(wide) do
    local places, names = others(wide, fact)
    if #names > 0 then
      ctx:fail(fact.value.at, { also = places }, "%s for all pods of the namespace, and so is %s", fact.resource.kind,
        table.concat(names, ", "))
    end
  end
end

--- Tells, at each of them, that several select a workload that is in `facts`.
function single.tell_narrow(facts, ctx)
  local select, told = pods.index(facts, "selector"), {}
  for pod in each(facts) do
    local list = {}
    for _, fact in ipairs(pod.value.pod and select(pod) or {}) do
      if not fact.value.is_wide then table.insert(list, fact) end
    end
    for _, fact in ipairs(list) do
      local places, names = others(list, fact)
      local place = fact.file .. " " .. str(fact.value.name, "?")
      if #names > 0 and not told[place] then
        told[place] = true
        table.insert(places, { pod.value.at, "selected by all of them" })
        ctx:fail(fact.value.at, { also = places }, "%s %s also selects %s %s", fact.resource.kind,
          table.concat(names, ", "), pod.resource.kind, str(pod.resource.name, "?"))
      end
    end
  end
end

return single
