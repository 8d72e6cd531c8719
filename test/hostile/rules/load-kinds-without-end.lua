-- More kinds than there are.
-- says: `kinds` holds more than 1000 items
-- whole: yes
local kinds = {}
for i = 1, 100000 do kinds[i] = "K" .. i end
return rule { title = "t", level = "error", kinds = kinds, check = function() end }
