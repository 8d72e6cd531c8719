-- A file that never ends when it is loaded.
-- says: it used up its budget of 10,000,000 instructions
-- whole: yes
while true do pcall(function() while true do end end) end
