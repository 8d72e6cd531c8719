-- Types of parameters without end.
-- says: is no type of a parameter
-- whole: yes
-- attacks: param
return rule { title = "t", level = "error", kinds = { "Service" }, params = { x = param(string.rep("list of ", 100000) .. "string", {}, "x") }, check = function() end }
