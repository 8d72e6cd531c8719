-- A file that backtracks when it is loaded.
-- says: a regular expression backtracks without end
-- whole: yes
re.test(string.rep("a", 100) .. "!", "(a+)+$")
