-- A number that is wider than wide.
-- says: format has an unknown directive
-- attacks: string.format string.split
for _, format in ipairs { "%99999d", "%.99999f", "%100s", "%-+ #0-d", "%p", "%a", "%n", "%*d", "%", "%5", "%\0", "%ll", "%1$d" } do
  assert(not pcall(string.format, format, 1, 1), format)
end
assert(#string.format("%99.99f", 1e308) < 500 and #string.format("%-99.99s|", string.rep("x", 90)) == 100)
for _, value in ipairs { math.mininteger, math.maxinteger, 0 / 0, math.huge, -math.huge, 1e308, "x", {}, error } do
  for _, letter in ipairs(string.split("c d i u x X o e E f F g G s q", " ")) do
    string.format("%+#099.99" .. letter, value)
    string.format("%" .. letter, value)
  end
end
string.format("%" .. string.rep("9", 1000000) .. "d", 1)
