-- A message of megabytes, with what terminals do not print.
-- says: the rule raised: 
-- attacks: error
error(string.rep("\27[2J\0\xff\n%s%n", 1000000))
