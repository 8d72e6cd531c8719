-- Globs that a plain matcher would take for ever for.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: glob glob_path
local s = string.rep("a", 20000)
while true do
  glob(string.rep("*a", 500) .. "b", s)
  glob_path(string.rep("**/*a", 200) .. "b", s)
  glob_path(string.rep("**/", 500) .. "b", string.rep("a/", 5000))
  glob(string.rep("*", 1000000), "")
end
