-- A precondition that never ends.
-- says: it used up its budget of 10,000,000 instructions
-- whole: yes
return rule { title = "t", level = "error", kinds = { "Service" }, when = function() while true do pcall(error) end end, check = function() end }
