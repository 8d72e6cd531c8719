---@meta istio

-- made from the comments in lua/ by test/lua_test.py --write

local istio = {}

---The protocol that `port` (an item of a Service's spec.ports) declares: "HTTP", "TCP", ...; nil where it declares
---none and istiod would have to detect it. Second: "appProtocol", "name" or "protocol", where it is declared, or
---would be. Before version 1.6 appProtocol does not count, before 1.19 its `kubernetes.io/` values do not.
---@param port any
---@param version any
---@return any ...
function istio.declared(port, version) end

---The protocol that istiod uses for `port` without looking at traffic: as declared, or TCP on the ports of
---protocols whose server speaks first (second answer "port"); nil where it detects. Before version 1.3 there is no
---detection and what is not declared is TCP (second answer "default").
---@param port any
---@param version any
---@return any ...
function istio.protocol(port, version) end

---The protocol of a port of a Gateway, ServiceEntry or Sidecar, whose `protocol` is one whole name in any case; nil
---where it is none that istiod knows.
---@param port any
---@return any ...
function istio.port_protocol(port) end

---Whether a protocol, as istio.protocol answers, is handled as HTTP.
---@param protocol any
---@return boolean|nil
---@return any ...
function istio.is_http(protocol) end

---Whether a protocol, as istio.protocol answers, is handled as a stream of bytes: TCP, what is encrypted, and the
---databases that istiod knows.
---@param protocol any
---@return boolean|nil
---@return any ...
function istio.is_tcp(protocol) end

---Whether servers on a service port of this number speak first, as istiod assumes (25, 53, 3306, 27017). Detection
---waits for the client and would hang there, so istiod takes such a port for TCP.
---@param number any
---@return boolean|nil
---@return any ...
function istio.is_server_first(number) end

---Whether a Service is headless: clients get the pods' addresses, and its ports listen on all addresses.
---@param service any
---@return boolean|nil
---@return any ...
function istio.headless(service) end

---Whether a Service is only a name for a host outside of the cluster.
---@param service any
---@return boolean|nil
---@return any ...
function istio.external_name(service) end

---Whether a Service has no address of its own, so that its ports that are not HTTP compete with all others of that
---number in the mesh: headless ones, and before version 1.21 ExternalName ones (since then they are aliases without
---listeners).
---@param service any
---@param version any
---@return boolean|nil
---@return any ...
function istio.without_address(service, version) end

---Whether istiod leaves a namespace of this name alone: nothing in it is checked or gets a sidecar.
---@param name any
---@return boolean|nil
---@return any ...
function istio.is_ignored_namespace(name) end

---Whether istiod's own checks pass over the Service: parts of Istio itself, generated gateways, and the namespaces
---that are never in a mesh.
---@param service any
---@param namespace any
---@return boolean|nil
---@return any ...
function istio.is_exempt(service, namespace) end

---The names that a port may begin with, for messages.
---@return any ...
function istio.protocol_names() end

---The container of a pod spec that is the mesh's proxy, where the manifest holds it, and its kind: "container", or
---"sidecar" where it is a native one (an init container with restartPolicy Always). nil where there is none.
---@param spec any
---@return any ...
function istio.proxy_container(spec) end

---Whether istiod gives the pods of a template a sidecar: true or false; nil where krug cannot know, because the
---namespace's labels are not known and the pods do not decide it. Second: why, in words; third, where it is true by
---injection: the revision that injects ("default" where none is named).
---
---`template` is what k8s.pod_template answers, `namespace` is `ctx.namespace`. In order: a proxy in the manifest;
---the host's network; namespaces that are never in a mesh; the pods' label `sidecar.istio.io/inject: "false"`, and
---without that label the annotation; the namespace's `istio-injection` (`enabled`, or any other value for never),
---its `istio.io/rev`, the pods' `istio.io/rev`, the pods' label `sidecar.istio.io/inject: "true"`. The annotation
---"true" alone asks for nothing. `options.by_default` is the mesh's enableNamespacesByDefault. With
---`options.version` before "1.6" only the namespace's `istio-injection` and the annotation count. Ambient pods have
---no sidecar: istio.is_ambient.
---@param template any
---@param namespace any
---@param options? table
---@return any ...
function istio.in_mesh(template, namespace, options) end

---Whether the pods of a template are in the mesh without a sidecar (ambient): by the pods' or else the namespace's
---label `istio.io/dataplane-mode`. nil where the namespace's labels are not known, as it may ask for sidecars:
---pods that get one are not.
---@param template any
---@param namespace any
---@return boolean|nil
---@return any ...
function istio.is_ambient(template, namespace) end

---What the annotation `proxy.istio.io/config` of a pod template says for a field of the top level, as a text; nil
---where it says nothing. The annotation holds YAML; only fields with a value on their own line, and maps in braces on
---one line without nested ones, are read. The whole tree is `k8s.parse(annotations, "proxy.istio.io/config")`.
---@param template any
---@param field any
---@return any ...
function istio.proxy_config(template, field) end

---The full name of a host as written in an object of `namespace`: a name without a dot is a Service of that
---namespace, all else (`reviews.prod` too) is taken literally. `domain` is "cluster.local" where it is nil. nil where
---`host` is no text, or the namespace that it needs is not known.
---@param host any
---@param namespace any
---@param domain any
---@return any ...
function istio.full_host(host, namespace, domain) end

---The name and namespace of the Service that a full host stands for; nil where it is none of the cluster's.
---@param host any
---@param domain any
---@return any ...
function istio.service_of(host, domain) end

---Whether two hosts can mean the same: they are equal, or one or both begin with `*` and the longer one ends in
---what the shorter one fixes. `*.foo.com` does not match `foo.com`; `*` matches all.
---@param a any
---@param b any
---@return any ...
function istio.hosts_overlap(a, b) end

---The gateway that an item of a VirtualService's `gateways` names, as "namespace/name": a bare name is one of the
---VirtualService's own namespace. "mesh" stands for the sidecars and stays. nil where `gateway` is no text, or the
---namespace that it needs is not known.
---@param gateway any
---@param namespace any
---@return any ...
function istio.gateway(gateway, namespace) end

---The namespaces that see an object of `namespace`, by its `spec.exportTo`, or, for a Service, its annotation
---`networking.istio.io/exportTo` (a list with commas): a sorted list without doubles. { "*" }: all, also where
---nothing is said; "." is the object's own namespace (left out where it is not known), "~" none.
---@param doc any
---@param namespace any
---@return any ...
function istio.export_to(doc, namespace) end

---Whether what lies in namespace `reader` sees an object of `namespace`, by istio.export_to.
---@param doc any
---@param namespace any
---@param reader any
---@return boolean|nil
---@return any ...
function istio.is_visible(doc, namespace, reader) end

---The selector of an Istio object as a LabelSelector, for k8s.selects: `selector.matchLabels` of policies and
---Telemetry, `workloadSelector` of Sidecar, EnvoyFilter, ServiceEntry and DestinationRule, `selector` of a Gateway.
---Missing or empty ones are empty and select every pod, but of a ServiceEntry, where it is nil. nil also for other
---kinds, and where `targetRef` or `targetRefs` say what is meant. It reaches the object's own namespace; from the
---root namespace, and for a Gateway, all of them.
---@param doc any
---@return any ...
function istio.selector(doc) end

return istio
