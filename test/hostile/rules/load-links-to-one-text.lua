-- A text of a megabyte, hundreds of times, which each command would copy.
-- says: `links` holds a text of more than 1000 bytes
-- whole: yes
local s, links = string.rep("a", 1 << 20), {}
for i = 1, 900 do links[i] = s end
return rule { title = "t", level = "error", kinds = { "Service" }, links = links, check = function() end }
