-- A message handler runs where no hook counts.
-- says: there is no global `xpcall`
xpcall(error, function() while true do end end)
