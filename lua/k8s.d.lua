---@meta k8s

-- made from the comments in lua/ by test/lua_test.py --write

local k8s = {}

---The group and the version of an `apiVersion`; the core group is "". nil where it is no text or has more than
---one slash.
---@param api_version any
---@return any ...
function k8s.group_version(api_version) end

---The API group of `doc`, "" for the core group; nil where its apiVersion is none.
---@param doc any
---@return any ...
function k8s.group(doc) end

---Whether `doc` is of a kind written as in `kinds` of a rule: `Service` (any group), `v1/Service` (the core group),
---`apps/Deployment` (any version), `apps/v1/Deployment`. For documents that a rule did not get by its kinds: items,
---parsed texts.
---@param doc any
---@param kind any
---@return boolean|nil
---@return any ...
function k8s.is(doc, kind) end

---Whether objects of the document's kind live in a namespace; nil where krug cannot know (a custom resource whose
---definition is not in the repository).
---@param ctx? krug.Context
---@return boolean|nil
---@return any ...
function k8s.is_namespaced(ctx) end

---The namespace that the object of `doc` ends up in: what krug works out (`ctx.namespace.name`), else what the
---document says; nil where neither is known.
---@param doc any
---@param ctx? krug.Context
---@return any ...
function k8s.namespace(doc, ctx) end

---Whether the name of a namespace is one that Kubernetes keeps for itself (`kube-*`).
---@param name any
---@return boolean|nil
---@return any ...
function k8s.is_system_namespace(name) end

---The item of `metadata.ownerReferences` that controls the object; nil where nothing does.
---@param doc any
---@return any ...
function k8s.controller(doc) end

---The tree of the YAML or JSON that is the text under `key` in a map of the document, such as a ConfigMap's `data`
---or annotations; of several documents the first that holds anything. Its tables are places of the manifest, so that
---`at` works inside: exact where the text is a literal block, else the scalar's start. nil where there is no text;
---nil and the reason where it is no YAML.
---@param map any
---@param key any
---@return any ...
function k8s.parse(map, key) end

---Whether `x` is a DNS-1123 label, as names of namespaces and containers are: at most 63 lower-case letters,
---digits and dashes, with a letter or digit at both ends.
---@param x any
---@return boolean|nil
---@return any ...
function k8s.is_dns_label(x) end

---Whether `x` is a DNS-1123 subdomain, as names of most objects are: DNS characters in parts between dots, at most
---253 bytes.
---@param x any
---@return boolean|nil
---@return any ...
function k8s.is_dns_subdomain(x) end

---Whether `x` is a DNS-1035 label, as names of Services are: a DNS-1123 label that begins with a letter.
---@param x any
---@return boolean|nil
---@return any ...
function k8s.is_service_name(x) end

---Whether `x` can be the key of a label or annotation: a name of at most 63 bytes, with or without `subdomain/`.
---@param x any
---@return boolean|nil
---@return any ...
function k8s.is_label_key(x) end

---Whether `x` can be the value of a label: at most 63 bytes, also none.
---@param x any
---@return boolean|nil
---@return any ...
function k8s.is_label_value(x) end

----1, 0 or 1 as version `a` is older than, equal to or newer than `b`: numbers count as numbers, parts left out as
---0, a pre-release comes before its release, `v` and what follows `+` do not count. nil where one of them is no
---version; a number is none (YAML reads 1.30 as 1.3).
---@param a any
---@param b any
---@return any ...
function k8s.compare_versions(a, b) end

---The dotted path of the pod template in a workload: "spec.template"; "" where `doc` is a Pod; nil where it is no
---workload that is known. With `ctx` the policy's `workloads` count.
---@param doc any
---@param ctx? krug.Context
---@return any ...
function k8s.pod_template_path(doc, ctx) end

---The pod template of a workload: the table that has `metadata` and `spec`; of a Pod the Pod itself. nil where
---`doc` is no workload or has none. Knows the kinds of Kubernetes, of Argo Rollouts, Knative, OpenKruise, OpenShift,
---KEDA and Agones, and with `ctx` the policy's `workloads`.
---@param doc any
---@param ctx? krug.Context
---@return any ...
function k8s.pod_template(doc, ctx) end

---The pod spec of a workload; nil where it has none.
---@param doc any
---@param ctx? krug.Context
---@return any ...
function k8s.pod_spec(doc, ctx) end

---The labels that the pods of a workload carry, a table; nil where they carry none.
---@param doc any
---@param ctx? krug.Context
---@return any ...
function k8s.pod_labels(doc, ctx) end

---Walks all containers of a pod spec in the order in which they start. Each step gives the container (the
---document's own table, so that `at` works), its kind (`init`, `sidecar`: an init container with restartPolicy
---Always, `container`, `ephemeral`), the name of its list and its index from 1. Items that are no maps are left out.
---@param spec any
---@return any ...
function k8s.containers(spec) end

---The container of that name, of any kind, and its kind; nil where there is none.
---@param spec any
---@param name any
---@return any ...
function k8s.container(spec, name) end

---The item of a container's `env` that counts for a variable: the last of that name. nil where there is none.
---@param container any
---@param name any
---@return any ...
function k8s.env(container, name) end

---How many pods a workload of a kind with `spec.replicas` asks for, 1 where it says nothing; nil for other kinds
---and where it is no number.
---@param doc any
---@return any ...
function k8s.replicas(doc) end

---The service account that the pods run as: "default" where the pod spec names none.
---@param spec any
---@return any ...
function k8s.service_account(spec) end

---What holds for a container as a field of its securityContext: its own, else the pod's for the fields that pods
---have too. Second: "container" or "pod", where it was found; nil where neither says.
---@param spec any
---@param container any
---@param field any
---@return any ...
function k8s.security(spec, container, field) end

---What a container asks for of a resource ("cpu", "memory"), as it is written: its request, else its limit, which
---Kubernetes then takes as the request. Second: "requests" or "limits", where it was found; nil where neither says.
---@param container any
---@param resource any
---@return any ...
function k8s.request(container, resource) end

---Why `selector`, a LabelSelector, is one that the API refuses or that selects nothing, in words; nil where it is
---good. Empty is good: it selects everything.
---@param selector any
---@return any ...
function k8s.selector_error(selector) end

---Whether `selector`, a LabelSelector with matchLabels and matchExpressions, selects an object with these labels.
---Empty selects everything, missing nothing; one that the API refuses selects nothing (k8s.selector_error says
---why). A label whose value is no text counts as missing. The maps of Services and ReplicationControllers are made
---selectors by k8s.selector.
---@param selector any
---@param labels any
---@return boolean|nil
---@return any ...
function k8s.selects(selector, labels) end

---The selector of an object as a LabelSelector, read as the API reads that kind: the map of a Service (missing or
---empty: none) or ReplicationController (missing or empty: its pods' labels), `podSelector` of a NetworkPolicy
---(missing is empty), `selector` of a PodDisruptionBudget (empty selects nothing in policy/v1beta1, everything in
---policy/v1), `spec.selector` of other kinds. nil where there is none.
---@param doc any
---@return any ...
function k8s.selector(doc) end

---The one key under which a selector meets the labels that it may select, in rules across documents: `label=value`,
---else `label` where it only asks that a label exists or has one of several values, else `*` where it asks for
---nothing that an object must have. nil where it selects nothing.
---
---Guarantee: if k8s.selects(selector, labels), then k8s.selector_key(selector) is in k8s.label_keys(labels), exactly
---once. So it is enough to emit every selector under its key, and to look for it under each key of the labels;
---what meets need not match: ask k8s.selects. Cost: a selector is one fact; labels meet only the selectors that share
---a label or value with them, and those with the key `*`. Put the namespace into the key, as selectors do not reach
---beyond it: `ctx:emit({ ctx.scope, key }, ...)`.
---@param selector any
---@return any ...
function k8s.selector_key(selector) end

---The keys under which labels meet every selector that may select them, as k8s.selector_key answers: `label=value`
---and `label` for each label, and `*`; none twice. n labels give at most 2 n + 1 keys. Labels that are missing
---have the key `*` alone.
---@param labels any
---@return any ...
function k8s.label_keys(labels) end

---The entry of `ports` that declares a port, given by name or number, in a pod spec, and the container that it is
---in. Containers are looked at before sidecars, others not at all. `protocol` is "TCP" where it is nil. nil where
---no container declares it.
---@param spec any
---@param port any
---@param protocol any
---@return any ...
function k8s.container_port(spec, port, protocol) end

---The number of the port on the pods of `spec` that `port`, an item of a Service's `spec.ports`, leads to: its
---targetPort, by number or by name, or its own port where it has none. nil where it is a name that no container
---declares with the same protocol (or `spec` is nil). A number need not be declared.
---@param port any
---@param spec any
---@return any ...
function k8s.target_port(port, spec) end

---Walks the probes of a container: each step gives the probe (the document's own table) and its field.
---@param container any
---@return any ...
function k8s.probes(container) end

---How a probe looks: "httpGet", "tcpSocket", "grpc" or "exec"; nil where it says none of them. Handlers of
---`lifecycle` answer too.
---@param probe any
---@return any ...
function k8s.probe_kind(probe) end

---The number of the port that a probe of `container` asks; a name is looked up among the container's ports. nil
---where it asks none, or a name that the container does not declare.
---@param probe any
---@param container any
---@return any ...
function k8s.probe_port(probe, container) end

---How many seconds a container may fail a probe from its start until Kubernetes acts: the delay, and one period for
---each failure, with Kubernetes' defaults (0, 10 and 3) for what the probe leaves out.
---@param probe any
---@return any ...
function k8s.probe_seconds(probe) end

---How many base units (bytes, cores, pieces) a quantity stands for, by the grammar of Kubernetes: `100m`, `1.5`,
---`64Mi`, `2k`, `1e3`. An integer where it is whole, else a float; exact for whole numbers, rounded up below the nano
---unit, cut at the largest integer. nil where `x` is no quantity; numbers of YAML are.
---@param x any
---@return any ...
function k8s.quantity(x) end

----1, 0 or 1 as quantity `a` is less than, equal to or more than `b`; exact to the nano unit over the whole range,
---where floats are not. nil where one of them is no quantity.
---@param a any
---@param b any
---@return any ...
function k8s.compare_quantities(a, b) end

---How many seconds a duration lasts, as Go and the mesh write it: `1h30m`, `1.5s`, `300ms`, `0`. An integer where
---it is whole. nil where `x` is none; a number has no unit and is none.
---@param x any
---@return any ...
function k8s.duration(x) end

---A number of pods, or a share of `total` pods, as in maxUnavailable: 2, or "25%" of the total, rounded down, or up
---where `up` is true. nil where `x` is neither, or `total` is no number.
---@param x any
---@param total any
---@param up any
---@return any ...
function k8s.scaled(x, total, up) end

---The parts of an image reference: `registry` and `repository` (with Docker Hub's defaults: "docker.io",
---"library/..."), `name` (both together), `tag` and `digest` (nil where not written), and `latest`: whether the
---image may change under its reference, as it has the tag "latest", or neither tag nor digest. nil and the reason
---where `x` is no reference.
---@param x any
---@return any ...
function k8s.image(x) end

return k8s
