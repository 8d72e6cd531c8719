-- The same from a file that is only there for its facts, until the join.
-- says: this walk is of a document that is gone
-- run: lint a.yaml b.yaml
local kept
return rule {
  title = "t", level = "error",
  collect = { Service = function(doc, ctx) kept = pairs(doc.metadata) ctx:emit("k", { at = at(doc, "kind") }) end },
  join = function()
    local ok, why = pcall(kept or error, "this walk is of a document that is gone")
    assert(not ok and string.find(why, "gone", 1, true))
    error("this walk is of a document that is gone")
  end,
}
