-- How Istio reads objects of Kubernetes and its own, as istiod works it out (istio 1.32). The parts stand in
-- lua/istio/, one for each idea; a rule gets them all with `require "istio"`. None of the functions raises, whatever
-- document it is given. Some answer for old versions too: `version` is a text such as "1.4", nil for today.
local istio = {}

for _, part in ipairs { "protocol", "membership", "host" } do
  for name, value in pairs(require("istio/" .. part)) do
    istio[name] = value
  end
end

return istio
