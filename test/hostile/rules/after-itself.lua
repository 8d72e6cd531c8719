-- A rule that waits for itself.
-- says: `after` goes round in a circle
-- whole: yes
return rule { title = "t", level = "error", kinds = { "Service" }, after = { "t/t" }, check = function() end }
