return rule {
  title = "`---` lines stand where they were agreed on",
  level = "off",
  on = "file",
  params = {
    style = param("string", "between", "between: only between documents; leading: also above the first; "
      .. "never: nowhere"),
  },
  why = [[
    A `---` line above the first document, or behind the last, separates nothing; a repository in which some
    files have it and others have not is harder to search and to generate.]],
  fix = [[Take the line out; where one is missing, put it in.]],
  aka = { "stein yaml_separator" },

  -- standard input has no name and is made by a tool
  when = function(file) return file.path ~= "-" end,

  check = function(file, ctx)
    local style = ctx.params.style
    if style ~= "between" and style ~= "leading" and style ~= "never" then
      error("parameter style is between, leading or never, not " .. style)
    end
    local first = true -- still at or above the first document that holds something
    for document in each(file.documents) do
      local line = document.separator
      if line and style == "never" then
        ctx:fail(line, "a `---` line, and this repository has none")
      elseif line and style == "between" and first then
        ctx:fail(line, "a `---` line above the first document separates nothing")
      elseif first and not line and style == "leading" and document.type ~= "empty" then
        ctx:fail(document, "a `---` line is missing above the first document")
      end
      first = first and document.type == "empty"
    end
  end,

  examples = {
    pass { [[
      a: 1
      ---
      b: 1
    ]] },
    fail { line = 1, [[
      ---
      a: 1
    ]] },
    fail { line = 2, params = { style = "never" }, [[
      a: 1
      ---
      b: 1
    ]] },
    fail { line = 1, params = { style = "leading" }, [[
      a: 1
    ]] },
    pass { params = { style = "leading" }, [[
      ---
      a: 1
    ]] },
  },
}
