-- All files, as many times as they fit into memory.
-- says: it used up its budget of 64 MiB of memory
-- attacks: ctx.files
while true do ctx.files("**") end
