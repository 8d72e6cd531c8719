-- Keys that have no order.
-- says: is no key that can be put in order
-- attacks: pairs
assert(not pcall(pairs, { [{}] = 1 }) and not pcall(pairs, { [ctx] = 1 }) and not pcall(pairs, { [pairs] = 1 }))
for _ in pairs { [0 / 0 ~= 0 and error] = 1 } do end
