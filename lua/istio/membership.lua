-- Which pods are in the mesh (the injector's webhooks, and inject.injectRequired), and what their proxies are told.
local k8s = require "k8s"
local protocol = require "istio/protocol"
local istio = {}

local INJECT = "sidecar.istio.io/inject"
local REVISION = "istio.io/rev"
local INJECTION = "istio-injection"
local MODE = "istio.io/dataplane-mode"
local CONFIG = "proxy.istio.io/config"

--- The container of a pod spec that is the mesh's proxy, where the manifest holds it, and its kind: "container", or
--- "sidecar" where it is a native one (an init container with restartPolicy Always). nil where there is none.
--- Example:
---   local proxy = { name = "istio-proxy", image = "auto", restartPolicy = "Always" }
---   local container, kind = istio.proxy_container({ initContainers = { proxy } })
---   container.image, kind                                    --> "auto", "sidecar"
---   istio.proxy_container({ containers = { { name = "app" } } })  --> nil
function istio.proxy_container(spec)
  local container, kind = k8s.container(spec, "istio-proxy")
  if container == nil or type(container.image) ~= "string" then return nil end
  return container, kind
end

-- Whether the namespace's webhooks are called for pods with the label values `inject` and `revision` (nil: they have
-- none), why, and the revision that answers.
local function called(labels, inject, revision, by_default)
  local injection, of_namespace = labels[INJECTION], labels[REVISION]
  if inject == "false" then return false, "the pods' label" end
  if injection ~= nil then return injection == "enabled", "the namespace's label " .. INJECTION, "default" end
  if of_namespace ~= nil then return true, "the namespace's label " .. REVISION, of_namespace end
  if revision ~= nil then return true, "the pods' label " .. REVISION, revision end
  if inject == "true" then return true, "the pods' label", "default" end
  if by_default and inject == nil then return true, "the mesh injects by default", "default" end
  return false, "no label asks for it", nil
end

-- Before 1.6: the namespace decides, and pods opt out by annotation.
local function called_before_revisions(labels)
  return labels[INJECTION] == "enabled", "the namespace's label " .. INJECTION, "default"
end

-- What holds before any namespace is looked at: true or false and why; nil where that is still to be seen.
local function decided(template, namespace)
  if istio.proxy_container(template.spec) then return true, "the pods hold the proxy" end
  if template.spec.hostNetwork == true then return false, "the pods are on the host's network" end
  if protocol.is_ignored_namespace(namespace.name) then return false, "the namespace is never in a mesh" end
  return nil
end

-- What the pods say themselves: the label, or nil; and whether they refuse (a label wins over the annotation).
local function wishes(template, ignores_labels)
  local metadata = template.metadata
  local inject, revision = str(metadata.labels[INJECT]), str(metadata.labels[REVISION])
  if ignores_labels then inject, revision = nil, nil end
  local refuses = inject == "false" or (inject == nil and metadata.annotations[INJECT] == "false")
  return inject, revision, refuses
end

--- Whether istiod gives the pods of a template a sidecar: true or false; nil where krug cannot know, because the
--- namespace's labels are not known and the pods do not decide it. Second: why, in words; third, where it is true by
--- injection: the revision that injects ("default" where none is named).
---
--- `template` is what k8s.pod_template answers, `namespace` is `ctx.namespace`. In order: a proxy in the manifest;
--- the host's network; namespaces that are never in a mesh; the pods' label `sidecar.istio.io/inject: "false"`, and
--- without that label the annotation; the namespace's `istio-injection` (`enabled`, or any other value for never),
--- its `istio.io/rev`, the pods' `istio.io/rev`, the pods' label `sidecar.istio.io/inject: "true"`. The annotation
--- "true" alone asks for nothing. `options.by_default` is the mesh's enableNamespacesByDefault. With
--- `options.version` before "1.6" only the namespace's `istio-injection` and the annotation count. Ambient pods have
--- no sidecar: istio.is_ambient.
--- Example:
---   local enabled = { name = "a", known = true, labels = { ["istio-injection"] = "enabled" } }
---   local revised = { name = "a", known = true, labels = { ["istio.io/rev"] = "canary" } }
---   local plain = { name = "a", known = true, labels = {} }
---   local opt_out = { metadata = { labels = { ["sidecar.istio.io/inject"] = "false" } } }
---   local opt_in = { metadata = { labels = { ["sidecar.istio.io/inject"] = "true" } } }
---   istio.in_mesh({}, enabled)       --> true, "the namespace's label istio-injection", "default"
---   istio.in_mesh(opt_out, enabled)  --> false, "the pods' label"
---   istio.in_mesh({}, revised)       --> true, "the namespace's label istio.io/rev", "canary"
---   istio.in_mesh({}, plain)         --> false, "no label asks for it"
---   istio.in_mesh(opt_in, plain)     --> true, "the pods' label", "default"
---   istio.in_mesh({}, plain, { by_default = true })  --> true, "the mesh injects by default", "default"
---   istio.in_mesh({ spec = { hostNetwork = true } }, enabled)  --> false, "the pods are on the host's network"
---   istio.in_mesh({}, { name = "a", known = false })  --> nil, "the namespace's labels are not known"
---   istio.in_mesh(opt_in, revised, { version = "1.4" })  --> false, "the namespace's label istio-injection"
function istio.in_mesh(template, namespace, options)
  local is_old = options.version ~= nil and k8s.compare_versions(options.version, "1.6") == -1
  local result, why = decided(template, namespace)
  local inject, revision, refuses = wishes(template, is_old)
  if result ~= nil then return result, why end
  if refuses then return false, inject and "the pods' label" or "the pods' annotation" end
  if namespace.known ~= true or namespace.disputed then return nil, "the namespace's labels are not known" end
  local by
  if is_old then
    result, why, by = called_before_revisions(namespace.labels)
  else
    result, why, by = called(namespace.labels, inject, revision, options.by_default)
  end
  if not result then return false, why end
  return true, why, by
end

--- Whether the pods of a template are in the mesh without a sidecar (ambient): by the pods' or else the namespace's
--- label `istio.io/dataplane-mode`. nil where the namespace's labels are not known, as it may ask for sidecars:
--- pods that get one are not.
--- Example:
---   local ambient = { name = "a", known = true, labels = { ["istio.io/dataplane-mode"] = "ambient" } }
---   istio.is_ambient({}, ambient)                                                                 --> true
---   istio.is_ambient({ metadata = { labels = { ["istio.io/dataplane-mode"] = "none" } } }, ambient) --> false
---   istio.is_ambient({}, { name = "a", known = true, labels = {} })                               --> false
---   istio.is_ambient({}, { name = "a", known = false })                                           --> nil
function istio.is_ambient(template, namespace)
  local mode = str(template.metadata.labels[MODE])
  if decided(template, namespace) ~= nil then return false end
  if mode ~= nil and mode ~= "ambient" then return false end
  local has_sidecar = istio.in_mesh(template, namespace)
  if has_sidecar == nil then return nil end
  if has_sidecar then return false end
  return (mode or str(namespace.labels[MODE])) == "ambient"
end

--- What the annotation `proxy.istio.io/config` of a pod template says for a field of the top level, as a text; nil
--- where it says nothing. The annotation holds YAML; only fields with a value on their own line, and maps in braces on
--- one line without nested ones, are read. The whole tree is `k8s.parse(annotations, "proxy.istio.io/config")`.
--- Example:
---   local function with(text) return { metadata = { annotations = { ["proxy.istio.io/config"] = text } } } end
---   istio.proxy_config(with("holdApplicationUntilProxyStarts: true\nconcurrency: 2"), "concurrency")   --> "2"
---   istio.proxy_config(with('{"concurrency": 2, "statusPort": 1}'), "concurrency")                   --> "2"
---   istio.proxy_config(with("tracing:\n  sampling: 10"), "sampling")  --> nil
---   istio.proxy_config({}, "concurrency")                            --> nil
function istio.proxy_config(template, field)
  local text = template.metadata.annotations[CONFIG]
  if type(text) ~= "string" or not re.test(field, [[\A[A-Za-z]+\z]]) then return nil end
  local value
  if re.test(text, [[\A\s*\{[^{}\n]*\}\s*\z]]) then
    value = re.match(text, [=[[{,]\s*["']?]=] .. field .. [=[["']?\s*:\s*["']?([^,}"'\s]+)]=])
  else
    value = re.match(text, [=[(?m)^["']?]=] .. field .. [=[["']?:[ \t]+["']?([^"'\s#{\[|>&*][^"'\s#]*)]=])
  end
  return value
end

return istio
