-- What walks a document is kept, and used when the document is gone.
-- says: each document was seen
local kept
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    local ok, why = pcall(kept or error, "this walk is of a document that is gone")
    assert(not ok and string.find(why, "this walk is of a document that is gone", 1, true))
    kept = pairs(doc.metadata)
    error("each document was seen")
  end },
  join = function() end,
}
