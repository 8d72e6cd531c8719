-- What walks a document is kept, and used when the document is gone.
-- says: this walk is of a document that is gone
local kept
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    kept = kept or pairs(doc.metadata)
    if ctx.resource.name == "b" then kept() end
  end },
  join = function() end,
}
