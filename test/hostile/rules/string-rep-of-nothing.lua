-- A quintillion times nothing, which is nothing, at once.
-- says: would make more than 16777216 bytes
-- attacks: string.rep
assert(string.rep("", math.maxinteger) == "" and string.rep("", math.maxinteger, "") == "" and string.rep("x", math.mininteger) == "")
string.rep("", math.maxinteger, "x")
