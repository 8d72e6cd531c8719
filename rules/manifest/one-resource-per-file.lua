return rule {
  title = "A file holds one resource",
  level = "off",
  on = "file",
  why = [[
    With one resource in a file, its path says what is in it, a review shows what changes, and a file that is
    deleted takes exactly one object with it.]],
  fix = [[Move each resource into a file of its own.]],
  aka = { "stein resource_per_file" },

  -- standard input has no name and is made by a tool
  when = function(file) return file.path ~= "-" end,

  check = function(file, ctx)
    local seen = 0
    for document in each(file.documents) do
      seen = seen + document.resources
      if document.resources > 0 and seen > 1 then
        ctx:fail(document, "this is resource %d of the file", seen)
      end
    end
  end,

  examples = {
    pass { [[
      # a comment is no document
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: one}
    ]] },
    fail { line = 5, column = 1, [[
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: one}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: two}
    ]] },
    fail { line = 1, message = "resource 2", [[
      apiVersion: v1
      kind: List
      items:
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: one}}
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: two}}
    ]] },
  },
}
