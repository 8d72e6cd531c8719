-- Objects by namespace and name, for rules across documents that follow references where a namespace may be unknown:
-- what nobody can place is taken for what is looked for, so that nothing is told that may be there.
local small = require "mesh/small"
local names = {}

--- Notes an object that defines NAME in the document's namespace.
function names.define(ctx, name, value)
  if not small.is_name(name) then return end
  local namespace = ctx.namespace.name
  ctx:emit({ "named", name }, value)
  if namespace then
    ctx:emit({ "in", namespace, name }, value)
  else
    ctx:emit({ "unplaced", name }, value)
  end
end

--- The key under which a reference to an object meets it; without a namespace any object of the name.
function names.key(namespace, name)
  if namespace then return { "in", namespace, name } end
  return { "named", name }
end

--- Calls visit(fact) for each object under the key, whose value has `defines`; answers whether there was one.
function names.each(key, facts, ctx, visit)
  local seen = false
  local function look(list)
    for fact in each(list) do
      if fact.value.defines then
        seen = true
        visit(fact)
      end
    end
  end
  look(facts)
  if not seen and key[1] == "in" then look(ctx:facts({ "unplaced", key[3] })) end
  return seen
end

return names
