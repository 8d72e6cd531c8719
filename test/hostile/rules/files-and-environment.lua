-- There is no way to files, to the environment, to the clock.
-- says: nothing of it is there
for _, name in ipairs { "io", "os", "debug", "package", "load", "loadstring", "loadfile", "dofile", "require_", "collectgarbage",
  "coroutine", "getmetatable", "setmetatable", "rawget", "rawset", "rawequal", "rawlen", "next", "print", "warn", "xpcall", "_G",
  "_VERSION", "error_at", "near", "param_type_known", "check_rule", "parse_yaml" } do
  assert(not pcall(function() return _ENV[name] end), name)
end
for _, name in ipairs { "dump", "pack", "unpack", "packsize", "match", "gmatch", "gsub" } do
  assert(not pcall(function() return string[name] end), name)
end
assert(not pcall(function() return math.random end) and not pcall(function() return table.move end))
error("nothing of it is there")
