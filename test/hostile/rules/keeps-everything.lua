-- Documents, places, ctx and its parts, kept from one document to the next.
-- says: is a place in another document
-- whole: yes
local place, before, parts
return rule {
  title = "t", level = "error", kinds = { "Service" },
  check = function(doc, ctx)
    if not place then
      place, before, parts = at(doc, "spec"), doc, { ctx.file, ctx.resource, ctx.scope, ctx.params, ctx.document, ctx.namespace }
    end
    pcall(function() return before.spec.ports[1].port, before.metadata.labels, count(before), typeof(before, "spec") end)
    pcall(at, before, "spec")
    for _, part in ipairs(parts) do for _, field in ipairs { "name", "path", "text", "index", "documents" } do
      pcall(function() return part[field] end)
    end end
    ctx:fail(place, "x")
    error("is a place in another document")
  end,
}
