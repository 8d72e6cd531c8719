-- A map without a key that is shown, hundreds of times.
-- status: 0
-- run: rules t/t
-- whole: yes
-- attacks: param
local map, list = {}, {}
for i = 1, 300000 do map[i + 0.5] = 1 end
for i = 1, 9000 do list[i] = map end
return rule { title = "t", level = "error", kinds = { "Service" }, params = { x = param("list of any", list, "x") }, check = function() end }
