-- Patterns that backtrack without end, as many ways as there are.
-- says: a regular expression backtracks without end
-- attacks: re.test
local s = string.rep("a", 5000) .. "!"
for _, pattern in ipairs { "(a+)+$", "(a|a)*$", "(a|aa)+$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(?:a?){40}a{40}$x",
  "(.*)*\\1x", "((a*)*)*$", "(?=(a+))*\\1!x", "(x+x+)+y|(a+)+$", "(?R)?a+$|(a+)+b" } do
  pcall(re.test, s, pattern)
end
