-- What was right when it was made, and is not when it is returned.
-- says: `kinds` is a list of strings
local r = rule { title = "t", level = "error", kinds = { "Service" }, check = function() end }
r.kinds = { {} }
return r -- return rule
