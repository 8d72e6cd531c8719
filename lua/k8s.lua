-- What rules about Kubernetes objects share. The parts stand in lua/k8s/, one for each idea; a rule gets them all
-- with `require "k8s"`. None of the functions raises, whatever document it is given.
local k8s = {}

for _, part in ipairs { "object", "workload", "selector", "port", "quantity", "image" } do
  for name, value in pairs(require("k8s/" .. part)) do
    k8s[name] = value
  end
end

return k8s
