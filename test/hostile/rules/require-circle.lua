-- A module that holds itself.
-- says: nested too deeply, or holds itself
-- lib: local t = {} t.t = t return t
-- attacks: require
require "m"
