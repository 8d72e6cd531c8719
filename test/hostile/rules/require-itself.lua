-- A module that requires itself.
-- says: requires itself, through others
-- lib: return require "m"
-- attacks: require
require "m"
