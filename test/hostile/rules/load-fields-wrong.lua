-- Every field of a rule as what it cannot be.
-- says: a rule has no field
-- whole: yes
-- attacks: rule pass fail param
for _, field in ipairs { "title", "level", "kinds", "on", "notes", "patches", "params", "whole", "when", "after", "check", "why", "fix", "links", "aka", "examples", "collect", "join" } do
  for _, value in ipairs { 5, true, {}, error, { {} }, { [true] = 1 }, "x" } do pcall(rule, { [field] = value }) end
end
pcall(rule) pcall(pass) pcall(fail) pcall(param) pcall(pass, 5) pcall(fail, {}) pcall(pass, { {} })
return rule { title = "t", level = "error", kinds = { "Service" }, check = function() end, evil = 1 }
