-- A module of compiled Lua.
-- says: this is compiled Lua
-- lib: Lua
-- attacks: require
require "m"
