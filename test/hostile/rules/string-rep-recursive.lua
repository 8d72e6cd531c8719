-- Texts of texts.
-- says: would make more than 16777216 bytes
-- attacks: string.rep
local s = "x"
while true do s = string.rep(s, 2) end
