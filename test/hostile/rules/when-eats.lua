-- A precondition that wants all memory.
-- says: it used up its budget of 64 MiB of memory
-- whole: yes
return rule { title = "t", level = "error", kinds = { "Service" }, when = function() local s = "x" while true do s = s .. s end end, check = function() end }
