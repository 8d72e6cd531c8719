-- Quantities, durations, and numbers that may be texts, read as Kubernetes reads them.
local k8s = {}

-- as locals: what follows runs for every quantity of every rule
local type, tonumber, match = type, tonumber, re.match

-- The longest text that is read: nothing sensible is longer.
local TEXT_MAX = 100

-- powers of ten
local DECIMAL = { n = -9, u = -6, m = -3, [""] = 0, k = 3, M = 6, G = 9, T = 12, P = 15, E = 18 }
-- powers of 1024
local BINARY = { Ki = 1, Mi = 2, Gi = 3, Ti = 4, Pi = 5, Ei = 6 }
-- whole units and nano units that short whole numbers of a suffix are made of
local UNITS = {
  [""] = 1, k = 1000, M = 1000000, G = 1000000000, Ki = 1 << 10, Mi = 1 << 20, Gi = 1 << 30,
}
local NANO_UNITS = { m = 1000000, u = 1000, n = 1 }

local QUANTITY = [[\A([+-]?)([0-9]*)(?:\.([0-9]*))?([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,9}|)\z]]

-- A number as the text that JSON would have; finer than the nano unit is not looked at.
local function number_text(x)
  if math.type(x) == "integer" then return string.format("%d", x) end
  local text = string.format("%.15g", x)
  if tonumber(text) ~= x then text = string.format("%.17g", x) end
  return text
end

-- Multiplies a list of decimal digits, the lowest first, by 1024.
local function times_1024(digits)
  local carry = 0
  for i = 1, #digits do
    local value = digits[i] * 1024 + carry
    digits[i], carry = value % 10, value // 10
  end
  while carry > 0 do
    table.insert(digits, carry % 10)
    carry = carry // 10
  end
end

-- The digits of `text` times 1024 to the power of `times`.
local function scale_binary(text, times)
  local digits = {}
  for i = #text, 1, -1 do table.insert(digits, string.byte(text, i) - 48) end
  for _ = 1, times do times_1024(digits) end
  return string.reverse(table.concat(digits))
end

-- Cuts a text of digits where its decimal point is, `point` digits from the left.
local function cut(digits, point)
  if point <= 0 then return "0", string.rep("0", -point) .. digits end
  if point >= #digits then return digits .. string.rep("0", point - #digits), "" end
  return string.sub(digits, 1, point), string.sub(digits, point + 1)
end

-- Whole units and nano units from the digits around the point: finer than nano is rounded away from zero, and what
-- does not fit is cut at the largest integer, both as Kubernetes does.
local function whole_and_nano(whole_digits, nano_digits)
  local whole = math.tointeger(tonumber(whole_digits))
  if not whole then return math.maxinteger, 0 end
  local nano = math.tointeger(tonumber(string.sub(nano_digits .. "000000000", 1, 9)))
  if re.test(string.sub(nano_digits, 10), "[1-9]") then nano = nano + 1 end
  if nano < 1000000000 then return whole, nano end
  if whole == math.maxinteger then return whole, 0 end
  return whole + 1, 0
end

-- The power of ten of a suffix, within what can matter for a text of TEXT_MAX digits.
local function power_of_ten(suffix)
  local power = DECIMAL[suffix] or math.tointeger(tonumber(string.sub(suffix, 2)))
  return math.max(-3 * TEXT_MAX, math.min(3 * TEXT_MAX, power))
end

-- Whole units and nano units of nearly all quantities there are: up to nine digits without a point. nil for others.
local function parse_short(digits, suffix)
  local number, unit = tonumber(digits), UNITS[suffix]
  if unit then return number * unit, 0 end
  unit = NANO_UNITS[suffix]
  if not unit then return nil end
  number = number * unit
  return number // 1000000000, number % 1000000000
end

-- Sign (1 or -1), whole units and nano units of a quantity; nil where `x` is none.
local function parse(x)
  if type(x) == "number" then x = number_text(x) end
  if type(x) ~= "string" or #x > TEXT_MAX then return nil end
  local sign, before, after, suffix = match(x, QUANTITY)
  if sign == nil then return nil end
  if sign == "" and after == nil and before ~= "" and #before < 10 then
    local whole, nano = parse_short(before, suffix)
    if whole then return 1, whole, nano end
  end
  after = after or ""
  local digits = before .. after
  if digits == "" then return nil end
  local power = 0
  if BINARY[suffix] then digits = scale_binary(digits, BINARY[suffix]) else power = power_of_ten(suffix) end
  local whole, nano = whole_and_nano(cut(digits, #digits - #after + power))
  return (sign == "-" and (whole > 0 or nano > 0)) and -1 or 1, whole, nano
end

--- How many base units (bytes, cores, pieces) a quantity stands for, by the grammar of Kubernetes: `100m`, `1.5`,
--- `64Mi`, `2k`, `1e3`. An integer where it is whole, else a float; exact for whole numbers, rounded up below the nano
--- unit, cut at the largest integer. nil where `x` is no quantity; numbers of YAML are.
--- Example:
---   k8s.quantity("100Mi")  --> 104857600
---   k8s.quantity("1500m")  --> 1.5
---   k8s.quantity("1e3")    --> 1000
---   k8s.quantity(0.5)      --> 0.5
---   k8s.quantity("0.5Gi")  --> 536870912
---   k8s.quantity("-2k")    --> -2000
---   k8s.quantity("100MB")  --> nil
---   k8s.quantity("1 Gi")   --> nil
function k8s.quantity(x)
  if math.type(x) == "integer" then return x end
  local sign, whole, nano = parse(x)
  if sign == nil then return nil end
  if nano == 0 then return sign * whole end
  -- one rounding only, while the nano units of the whole fit a float exactly
  if whole < 9000000 then return sign * ((whole * 1000000000 + nano) / 1e9) end
  return sign * (whole + nano / 1e9)
end

--- -1, 0 or 1 as quantity `a` is less than, equal to or more than `b`; exact to the nano unit over the whole range,
--- where floats are not. nil where one of them is no quantity.
--- Example:
---   k8s.compare_quantities("1Gi", "1000Mi")  --> 1
---   k8s.compare_quantities("0.1", "100m")    --> 0
---   k8s.compare_quantities("9007199254740993", "9007199254740992")  --> 1
---   k8s.compare_quantities("-1", "1n")       --> -1
---   k8s.compare_quantities("1", "one")       --> nil
function k8s.compare_quantities(a, b)
  local sign, whole, nano = parse(a)
  local other_sign, other_whole, other_nano = parse(b)
  if sign == nil or other_sign == nil then return nil end
  if sign ~= other_sign then return sign end
  if whole ~= other_whole then return whole < other_whole and -sign or sign end
  if nano ~= other_nano then return nano < other_nano and -sign or sign end
  return 0
end

-- seconds of each unit that durations have
local SECONDS = {
  ns = 1e-9, us = 1e-6, ["µs"] = 1e-6, ["μs"] = 1e-6, ms = 1e-3, s = 1, m = 60, h = 3600,
}
local DURATION = [[\A((?:[0-9]+\.?[0-9]*|\.[0-9]+))(ns|us|µs|μs|ms|s|m|h)(.*)\z]]

--- How many seconds a duration lasts, as Go and the mesh write it: `1h30m`, `1.5s`, `300ms`, `0`. An integer where
--- it is whole. nil where `x` is none; a number has no unit and is none.
--- Example:
---   k8s.duration("1h30m")  --> 5400
---   k8s.duration("1.5s")   --> 1.5
---   k8s.duration("300ms")  --> 0.3
---   k8s.duration("-2m")    --> -120
---   k8s.duration("0")      --> 0
---   k8s.duration("90")     --> nil
---   k8s.duration("1d")     --> nil
---   k8s.duration(90)       --> nil
function k8s.duration(x)
  if type(x) ~= "string" or #x > TEXT_MAX then return nil end
  local sign, rest = re.match(x, [[\A([+-]?)(.+)\z]])
  if rest == nil then return nil end
  local seconds = 0
  while rest ~= "" and rest ~= "0" do
    local number, unit, after = re.match(rest, DURATION)
    if number == nil or after == "0" then return nil end
    seconds = seconds + tonumber(number) * SECONDS[unit]
    rest = after
  end
  if sign == "-" then seconds = -seconds end
  return math.tointeger(seconds) or seconds
end

--- A number of pods, or a share of `total` pods, as in maxUnavailable: 2, or "25%" of the total, rounded down, or up
--- where `up` is true. nil where `x` is neither, or `total` is no number.
--- Example:
---   k8s.scaled(2, 10)             --> 2
---   k8s.scaled("25%", 10)         --> 2
---   k8s.scaled("25%", 10, true)   --> 3
---   k8s.scaled("2", 10)           --> nil
function k8s.scaled(x, total, up)
  if math.type(x) == "integer" then return x end
  local percent = tonumber(re.match(x, [[\A([0-9]{1,9})%\z]]) or "")
  if percent == nil or math.type(total) ~= "integer" then return nil end
  local share = percent * total
  return up and -(-share // 100) or share // 100
end

return k8s
