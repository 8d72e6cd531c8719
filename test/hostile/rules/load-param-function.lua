-- Parameters that are what no setting can be.
-- says: `params`
-- whole: yes
-- attacks: rule
return rule { title = "t", level = "error", kinds = { "Service" }, params = { x = error }, check = function() end }
