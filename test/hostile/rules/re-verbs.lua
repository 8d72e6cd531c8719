-- Verbs in a pattern cannot raise its limits, nor run anything.
-- says: a regular expression backtracks without end
-- attacks: re.test
for _, verb in ipairs { "(*LIMIT_MATCH=4000000000)", "(*LIMIT_HEAP=4000000000)", "(*NO_JIT)", "(*UTF)", "(?C1)", "(?C'x')", "\\C" } do
  pcall(re.test, string.rep("a", 100), verb .. "b")
end
re.test(string.rep("a", 100) .. "!", "(*LIMIT_MATCH=4000000000)(*NO_JIT)(a+)+$")
