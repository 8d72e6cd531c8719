-- A file that wants all memory when it is loaded.
-- says: it used up its budget of 64 MiB of memory
-- whole: yes
local t = {}
while true do t[#t + 1] = string.rep("x", 1000000) end
