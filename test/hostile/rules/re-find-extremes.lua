-- From the ends of numbers, and into the middle of a character.
-- says: re: 
-- attacks: re.find
assert(re.find("abc", "b", math.mininteger) == 2 and re.find("abc", "b", math.maxinteger) == nil)
assert(re.find("abc", "", 4) == 4 and re.find("abc", "", 5) == nil)
re.find("\u{e4}b", "b", 2)
