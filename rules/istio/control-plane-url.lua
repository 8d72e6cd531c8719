-- Which webhooks are those of istiod; names from its chart.
local function is_istiod(doc, kind)
  local name = str(doc.metadata.name, "")
  if kind == "MutatingWebhookConfiguration" then return string.starts_with(name, "istio-sidecar-injector") end
  return name == "istiod-default-validator" or string.starts_with(name, "istio-validator")
end

return rule {
  title = "The webhooks of istiod say where istiod is",
  level = "warn",
  kinds = {
    "admissionregistration.k8s.io/MutatingWebhookConfiguration",
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  },
  why = [[
    The API server asks istiod for each pod and each resource of the mesh. With a control plane elsewhere that is a
    URL; one with an address instead of a name does not follow when the control plane moves.]],
  fix = [[Give `service`, or a `url` with a host name.]],
  links = {
    "https://istio.io/latest/docs/reference/config/analysis/ist0163/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0164/",
  },
  aka = { "IST0163", "IST0164" },

  when = function(doc, ctx) return is_istiod(doc, ctx.resource.kind) end,

  check = function(doc, ctx)
    for hook in each(doc.webhooks) do
      local config = hook.clientConfig
      if type(config.url) == "string" and config.url ~= "" then
        local host = re.match(config.url, "^[a-z]+://(\\[[^\\]/]*\\]|[^/:?#]+)")
        if not host then
          ctx:fail(at(config, "url"), "%q is no URL", config.url)
        elseif re.test(host, "^\\[|^[0-9]+(?:\\.[0-9]+){3}$") then
          ctx:fail(at(config, "url"), "the control plane is named by its address %s, not by a host name", host)
        end
      elseif type(config.service) ~= "table" then
        ctx:fail(at(hook, "clientConfig"), "webhook %s has neither a service nor a url", hook.name)
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: admissionregistration.k8s.io/v1
      kind: MutatingWebhookConfiguration
      metadata: {name: istio-sidecar-injector}
      webhooks:
        - {name: a, clientConfig: {url: "https://istiod.example.com:15017/inject"}}
        - {name: b, clientConfig: {service: {name: istiod, namespace: istio-system}}}
    ]] },
    fail { line = 5, count = 4, message = "named by its address 10.0.0.1", [[
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata: {name: istio-validator-istio-system}
      webhooks:
        - {name: a, clientConfig: {url: "https://10.0.0.1:15017/validate"}}
        - {name: b, clientConfig: {url: "https://[fd00::1]/validate"}}
        - {name: c, clientConfig: {}}
        - {name: d, clientConfig: {url: "istiod"}}
    ]] },
    -- somebody else's
    pass { [[
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata: {name: acme}
      webhooks: [{name: a, clientConfig: {url: "https://10.0.0.1/validate"}}]
    ]] },
  },
}
