-- A module that never ends, required while a document is checked.
-- says: it used up its budget of 10,000,000 instructions
-- lib: while true do end
-- attacks: require
while true do pcall(require, "m") end
