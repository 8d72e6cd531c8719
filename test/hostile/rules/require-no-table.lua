-- A module that returns no table, and one that is a circle.
-- says: not a table
-- lib: return function() end
-- attacks: require
require "m"
