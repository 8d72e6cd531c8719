-- Functions that the collector would call, where no hook counts: there is nothing to set them with.
-- says: there is no global `setmetatable`
setmetatable({}, { __gc = function() while true do end end })
