-- A function that calls itself, and catches that it cannot.
-- attacks: pcall
local function f() pcall(f) f() end
f()
