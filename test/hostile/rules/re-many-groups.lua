-- A pattern with as many groups as fit.
-- attacks: re.match
local groups = string.rep("()", 30000)
assert(not pcall(re.match, "a", groups .. "("))
re.match("a", groups)
error("done")
