-- A call that is the last thing a function does takes no room.
-- says: it used up its budget of 10,000,000 instructions
local function f() return f() end
f()
