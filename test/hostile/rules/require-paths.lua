-- Names of modules that are paths.
-- says: there is no module `
-- attacks: require
for _, name in ipairs { "../m", "../../etc/passwd", "/etc/passwd", "./k8s", "k8s/", "k8s.lua", "lua/k8s", "../rules/istio/port-name",
  "prelude", "k8s.d", "krug.d", "", ".", "k8s\n", string.rep("x", 10000), string.rep("../", 200) .. "k8s", "istio/../k8s", "os", "io",
  "string", "_G", "debug", "package" } do
  local ok, why = pcall(require, name)
  assert(not ok and string.find(why, "there is no module", 1, true), name)
end
for _, name in ipairs { {}, true, error, ctx } do assert(not pcall(require, name)) end
require "m"
