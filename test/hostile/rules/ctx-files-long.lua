-- A glob of megabytes.
-- says: the glob is longer than 4096 bytes
-- attacks: ctx.files
ctx.files(string.rep("*", 16000000))
