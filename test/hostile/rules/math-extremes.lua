-- The ends of numbers.
-- says: attempt to perform 'n%0'
-- attacks: math.abs math.ceil math.exp math.floor math.log math.max math.min math.modf math.sqrt math.tointeger math.type math.fmod math.ult tonumber tostring num
local values = { math.mininteger, math.maxinteger, 0, -1, 1, 0 / 0, math.huge, -math.huge, 1e308, -0.0, 2^53, 2^63 }
for _, f in ipairs { math.abs, math.ceil, math.exp, math.floor, math.log, math.max, math.min, math.modf, math.sqrt,
  math.tointeger, math.type, tonumber, tostring, num } do
  for _, x in ipairs(values) do pcall(f, x) for _, y in ipairs(values) do pcall(f, x, y) end end
end
for _, x in ipairs(values) do for _, y in ipairs(values) do pcall(math.fmod, x, y) pcall(math.ult, x, y) end end
assert(math.fmod(math.mininteger, -1) == 0 and math.mininteger // -1 == math.mininteger and math.mininteger % -1 == 0)
return 1 % (values[3])
