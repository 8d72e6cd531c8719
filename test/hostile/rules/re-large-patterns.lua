-- Many patterns, each of them large once it is compiled.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: re.test
local i = 0
while true do
  i = i + 1
  pcall(re.test, "a", "((a{1,60}b|c{2," .. i % 900 + 2 .. "}){1,9}x" .. i .. "){1,9}")
end
