-- A file that keeps as much as it may: it is rule t/t's own problem, once.
-- says: it used up its budget of 64 MiB of memory
-- whole: yes
local t = {}
for i = 1, 2000000 do t[i] = { i } end
return rule { title = "t", level = "error", kinds = { "Service" }, check = function() return t end }
