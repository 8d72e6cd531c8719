-- pcall all the way down, and errors raised while errors are handled.
-- says: it used up its budget of 10,000,000 instructions
-- attacks: pcall error
local function f() pcall(f) error({ message = {} }) end
while true do pcall(pcall, pcall, pcall, f, error, pcall) end
