-- A file that returns nothing.
-- says: the file does not return a rule
-- whole: yes
local x = 1
