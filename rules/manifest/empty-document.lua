return rule {
  title = "A file holds something, and so does every document of it",
  level = "warn",
  on = "file",
  params = {
    comments = param("boolean", true, "whether what holds only comments is fine: a licence above the first `---` "
      .. "line, a file that is commented out"),
  },
  why = [[
    kubectl passes over an empty document, and answers a file that holds nothing else with an error. Something was
    meant to stand there, or the `---` line is one too many.]],
  fix = [[Remove the `---` line, or the file.]],

  -- standard input is made by a tool
  when = function(file) return file.path ~= "-" end,

  check = function(file, ctx)
    local documents, full = file.documents, false
    for document in each(documents) do
      full = full or document.type ~= "empty" or (document.comments and ctx.params.comments)
    end
    if not full then
      local first = documents[1]
      ctx:fail(first, "the file holds no resource%s", first and first.comments and ", only comments" or "")
      return
    end
    for document, index in each(documents) do
      if document.type == "empty" and not (document.comments and ctx.params.comments) then
        local following = documents[index + 1] -- a `---` line at the end of the file ends the last one
        if following and following.separator then
          ctx:fail(following.separator, "the document above this `---` line is empty")
        end
      end
    end
  end,

  examples = {
    pass { [[
      # License
      ---
      a: 1
      ---
      # off for now: b: 1
    ]] },
    pass { [[
      ---
      a: 1
      ---
    ]] },
    pass { "# a: 1\n" },
    fail { params = { comments = false }, line = 1, message = "no resource, only comments", "# a: 1\n" },
    fail { message = "the file holds no resource", "" },
    fail { message = "the file holds no resource", "---\n---\n" },
    fail { line = 4, count = 1, message = "the document above this `---` line is empty", [[
      a: 1
      ---

      ---
      b: 1
    ]] },
    pass { "a: 1\n---\n---\n" },
    fail { params = { comments = false }, line = 2, message = "is empty", [[
      # License
      ---
      a: 1
    ]] },
  },
}
