-- What a misspelt name may have meant is looked for each time.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: pcall
while true do pcall(function() return _ENV[string.rep("x", 70)] end) pcall(function() return ctx[string.rep("c", 70)] end) end
