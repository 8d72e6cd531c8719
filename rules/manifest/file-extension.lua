return rule {
  title = "Files have the extension that was agreed on",
  level = "off",
  on = "file",
  params = {
    allow = param("list of string", { ".yaml" }, "the extensions that a file may have"),
  },
  why = [[
    A repository with both .yaml and .yml has two names for the same thing: tools and people that look for
    one miss the other.]],
  fix = [[Give the file the extension that was agreed on.]],
  aka = { "stein extension" },

  -- standard input has no name and is made by a tool
  when = function(file) return file.path ~= "-" end,

  check = function(file, ctx)
    for extension in each(ctx.params.allow) do
      if string.ends_with(file.name, extension) then return end
    end
    ctx:fail(nil, "%s does not end in %s", file.name, table.concat(ctx.params.allow, " or "))
  end,

  examples = {
    pass { path = "a/b.yaml", "" },
    pass { path = "a/b.yaml.enc", params = { allow = { ".yaml", ".yaml.enc" } }, "" },
    fail { path = "a/b.yml", message = "b.yml does not end in .yaml", "" },
  },
}
