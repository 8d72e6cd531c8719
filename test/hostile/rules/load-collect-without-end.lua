-- More kinds than there are, and witnesses among them.
-- says: `collect` holds more than 1000 items
-- whole: yes
local collect, witness = {}, {}
for i = 1, 1001 do collect["K" .. i] = function() end end
for i = 1, 1000 do witness[i] = "K" .. i end
return rule { title = "t", level = "error", collect = collect, witness = witness, join = function() end }
