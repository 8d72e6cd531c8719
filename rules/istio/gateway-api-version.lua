local GROUP = "gateway.networking.k8s.io"

-- the first release of the Gateway API whose definition istiod can read
local LEAST = { grpcroutes = "1.1.0", backendtlspolicies = "1.4.0", tlsroutes = "1.5.0", tcproutes = "1.6.0" }

-- the versions that istiod asks for
local SERVED = {
  gateways = { "v1beta1", "v1" }, gatewayclasses = { "v1beta1", "v1" }, httproutes = { "v1beta1", "v1" },
  referencegrants = { "v1beta1" }, grpcroutes = { "v1" },
}

local function numbers(text)
  local major, minor, patch = re.match(text, "^v?([0-9]+)\\.([0-9]+)(?:\\.([0-9]+))?")
  if not major then return nil end
  return tonumber(major) * 1000000 + tonumber(minor) * 1000 + tonumber(patch or "0")
end

local function serves(definition, version)
  for item in each(definition.spec.versions) do
    if item.name == version then return item.served ~= false end
  end
  return false
end

return rule {
  title = "The definitions of the Gateway API are of a release that Istio reads",
  level = "warn",
  kinds = { "apiextensions.k8s.io/CustomResourceDefinition" },
  why = [[istiod passes over a kind whose definition is too old, or does not serve the version that it asks for.]],
  fix = [[Take the definitions of a newer release of the Gateway API.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0176/" },
  aka = { "IST0156", "IST0172", "IST0176" },

  when = function(definition) return definition.spec.group == GROUP end,

  check = function(definition, ctx)
    local plural = str(definition.spec.names.plural, "")
    local key = GROUP .. "/bundle-version"
    local given = numbers(str(definition.metadata.annotations[key], ""))
    if LEAST[plural] and given and given < numbers(LEAST[plural]) then
      ctx:fail(at(definition, "metadata", "annotations", key), "Istio reads %s from release %s on, and this is %s",
        plural,
        LEAST[plural], definition.metadata.annotations[key])
    end
    for version in each(SERVED[plural]) do
      if not serves(definition, version) then
        ctx:fail(at(definition, "spec", "versions"), "Istio asks for %s of %s, which is not served", plural, version)
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: grpcroutes, annotations: {gateway.networking.k8s.io/bundle-version: v1.1.0-rc.1}}
      spec: {group: gateway.networking.k8s.io, names: {plural: grpcroutes}, versions: [{name: v1, served: true}]}
    ]] },
    fail { line = 4, message = "Istio reads tlsroutes from release 1.5.0 on, and this is v1.4.1", [[
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        annotations: {gateway.networking.k8s.io/bundle-version: v1.4.1}
        name: tlsroutes.gateway.networking.k8s.io
      spec: {group: gateway.networking.k8s.io, names: {plural: tlsroutes}, versions: [{name: v1alpha2, served: true}]}
    ]] },
    fail { line = 7, count = 2, message = "Istio asks for httproutes of v1, which", [[
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: httproutes.gateway.networking.k8s.io}
      spec:
        group: gateway.networking.k8s.io
        names: {plural: httproutes}
        versions: [{name: v1alpha2, served: true}, {name: v1, served: false}]
    ]] },
    pass { [[
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: tlsroutes.example.com, annotations: {gateway.networking.k8s.io/bundle-version: v0.1.0}}
      spec: {group: example.com, names: {plural: tlsroutes}}
    ]] },
  },
}
