-- More kinds than there are.
-- whole: yes
-- status: 1
local kinds = {}
for i = 1, 100000 do kinds[i] = "K" .. i end
return rule { title = "t", level = "error", kinds = kinds, check = function() end }
