-- As much memory as there is, again and again.
-- says: it used up its budget of 64 MiB of memory
-- attacks: string.rep pcall
while true do pcall(string.rep, "x", 15e6) end
