-- A rule that changes what is known of a file's documents sees its own change only in that run.
-- says: 1 documents
-- status: 1
return rule {
  title = "t", level = "error", on = "file",
  check = function(file, ctx)
    ctx:fail(file.documents[1], "%d documents", #file.documents)
    for key in pairs(file.documents[1]) do file.documents[1][key] = nil end
    for i = 1, 100 do file.documents[i] = { index = i, resources = "x", type = {} } end
    assert(not pcall(function() file.path = "x" end))
  end,
}
