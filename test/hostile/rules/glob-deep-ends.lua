-- A glob that ends in five million times two stars.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: glob_path
local s = string.rep("/**", 5000000)
glob_path(s, "")
glob(s, "")
while true do glob_path(s, "x") end
