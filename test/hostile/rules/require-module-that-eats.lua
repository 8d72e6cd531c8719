-- A module that wants all memory.
-- says: it used up its budget of 64 MiB of memory
-- lib: local t = {} for i = 1, 1e9 do t[i] = {} end return t
-- attacks: require
pcall(require, "m")
require "m"
