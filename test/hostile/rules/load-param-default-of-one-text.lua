-- The same in the default of a parameter, which a rule may have: it is shown in part.
-- status: 0
-- run: rules t/t
-- whole: yes
-- attacks: param
local s, list = string.rep("a", 1 << 20), {}
for i = 1, 900 do list[i] = s end
return rule { title = "t", level = "error", kinds = { "Service" }, params = { x = param("list of string", list, "x") }, check = function() end }
