-- A variable that is closed by a function without end.
-- says: there is no global `setmetatable`
local c <close> = setmetatable({}, { __close = function() while true do end end })
