-- A text that doubles.
-- says: it used up its budget of 64 MiB of memory
local s = "x"
while true do s = s .. s end
