-- What ipairs walks is not handed out: behind a read-only view stands the table that all rules share.
-- says: still read-only
-- lib: return { list = { 1, 2 } }
-- status: 1
-- attacks: ipairs pairs each
local shared = require "m"
local changed = 0
for _, view in pairs { shared, shared.list, string, table, require "k8s", require "istio", ctx.params, ctx.vars,
                       ctx.namespace, ctx.namespace.labels } do
  for _, walk in pairs { ipairs, pairs, each } do
    local found = { pcall(walk, view) }
    for i = 2, 4 do
      if type(found[i]) == "table" and pcall(function() found[i].mine = 1 end) then changed = changed + 1 end
    end
  end
end
if changed == 0 and not pcall(function() return string.mine end) and (require "m").list[2] == 2 then ctx:fail(doc, "still read-only") end
