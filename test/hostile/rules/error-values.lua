-- Errors that are no text: nothing, tables, functions, ctx, themselves.
-- says: the rule raised: 
-- attacks: error assert
for _, value in ipairs { {}, error, ctx, { message = {} }, { message = error }, 5, true, doc, _ENV, at(doc, "kind") } do
  local ok, message = pcall(error, value)
  assert(not ok and type(message) == "string")
  assert(not string.find(message, "0x", 1, true))
  ok, message = pcall(error, value, math.maxinteger)
  assert(not ok and type(message) == "string")
  ok, message = pcall(assert, false, value)
  assert(not ok and type(message) == "string")
end
assert(not pcall(error) and not pcall(assert) and not pcall(assert, nil, nil))
error()
