-- A table that says itself that it is a rule is checked like one.
-- says: `collect` maps kinds to functions
-- whole: yes
return { is_rule = true, title = "t", level = "error", collect = { [1] = function() end }, join = function() end }
