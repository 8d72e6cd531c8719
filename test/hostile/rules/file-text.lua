-- A rule on files that reads the text, for ever.
-- says: it used up its budget of 10,000,000 instructions
return rule {
  title = "t", level = "error", on = "file",
  check = function(file, ctx)
    while true do string.upper(file.text) string.find(file.text, "zzz") end
  end,
}
