-- Documents, places, ctx and its parts, kept from one document to the next.
-- says: each document was seen
local place, before, parts
return rule {
  title = "t", level = "error", kinds = { "Service" },
  check = function(doc, ctx)
    local ok, why = pcall(place and ctx.fail or error, place and ctx or "is a place in another document", place, "x")
    assert(not ok and string.find(why, "is a place in another document", 1, true))
    pcall(function() return before.spec.ports[1].port, before.metadata.labels, count(before), typeof(before, "spec") end)
    pcall(at, before, "spec")
    for _, part in ipairs(parts or {}) do
      for _, field in ipairs { "name", "path", "text", "index", "documents" } do pcall(function() return part[field] end) end
    end
    place, before, parts = at(doc, "spec"), doc, { ctx.file, ctx.resource, ctx.scope, ctx.params, ctx.document, ctx.namespace }
    error("each document was seen")
  end,
}
