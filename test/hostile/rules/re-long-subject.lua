-- Patterns that look at the whole of a long text from each of its places.
-- says: fine
-- status: 1
-- attacks: re.test
local s = string.rep("a", 2000000)
for _, pattern in ipairs { "a++[xy]", "(?>a*)[xy]", "[^x]*+[xy]", "(?=(a*))[xy]", "(?:(?>a*)b|[xy])" } do pcall(re.test, s, pattern) end
ctx:fail(doc, "fine")
