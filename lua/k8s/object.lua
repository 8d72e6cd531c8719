-- Names, groups, namespaces and versions of objects.
local k8s = {}

-- as locals: what follows runs for every document of every rule
local type, find, cut = type, string.find, string.sub

--- The group and the version of an `apiVersion`; the core group is "". nil where it is no text or has more than
--- one slash.
--- Example:
---   k8s.group_version("apps/v1")  --> "apps", "v1"
---   k8s.group_version("v1")       --> "", "v1"
---   k8s.group_version("a/b/c")    --> nil
function k8s.group_version(api_version)
  if type(api_version) ~= "string" or api_version == "" then return nil end
  local slash = find(api_version, "/")
  if slash == nil then return "", api_version end
  if slash == #api_version or find(api_version, "/", slash + 1) then return nil end
  return cut(api_version, 1, slash - 1), cut(api_version, slash + 1)
end

--- The API group of `doc`, "" for the core group; nil where its apiVersion is none.
--- Example:
---   k8s.group({ apiVersion = "networking.k8s.io/v1" })  --> "networking.k8s.io"
---   k8s.group({ apiVersion = 1 })                       --> nil
function k8s.group(doc)
  return (k8s.group_version(doc.apiVersion))
end

--- Whether `doc` is of a kind written as in `kinds` of a rule: `Service` (any group), `v1/Service` (the core group),
--- `apps/Deployment` (any version), `apps/v1/Deployment`. For documents that a rule did not get by its kinds: items,
--- parsed texts.
--- Example:
---   k8s.is({ apiVersion = "apps/v1", kind = "Deployment" }, "apps/Deployment")  --> true
---   k8s.is({ apiVersion = "apps/v1", kind = "Deployment" }, "v1/Deployment")    --> false
---   k8s.is({ apiVersion = "v1", kind = "Service" }, "Service")                  --> true
---   k8s.is(nil, "Service")                                                      --> false
function k8s.is(doc, kind)
  local prefix, name = re.match(kind, [[\A(?:(.+)/)?([^/]+)\z]])
  if name == nil or doc.kind ~= name then return false end
  if prefix == nil then return true end
  local group, version = k8s.group_version(doc.apiVersion)
  if group == nil then return false end
  if re.test(prefix, [[\Av[0-9][^/]*\z]]) then return group == "" and version == prefix end
  return prefix == group or prefix == group .. "/" .. version
end

--- Whether objects of the document's kind live in a namespace; nil where krug cannot know (a custom resource whose
--- definition is not in the repository).
--- Example:
---   k8s.is_namespaced(ctx)                                    --> true
---   k8s.is_namespaced({ resource = { scope = "cluster" } })   --> false
---   k8s.is_namespaced({ resource = { scope = "unknown" } })   --> nil
function k8s.is_namespaced(ctx)
  local scope = ctx.resource.scope
  if type(scope) ~= "string" or scope == "unknown" then return nil end
  return scope == "namespaced"
end

--- The namespace that the object of `doc` ends up in: what krug works out (`ctx.namespace.name`), else what the
--- document says; nil where neither is known.
--- Example:
---   k8s.namespace({ metadata = { namespace = "team-a" } })  --> "team-a"
---   k8s.namespace({ metadata = { namespace = "team-a" } }, { namespace = { name = "team-b" } })  --> "team-b"
---   k8s.namespace({})                                       --> nil
function k8s.namespace(doc, ctx)
  return str(ctx.namespace.name) or str(doc.metadata.namespace)
end

--- Whether the name of a namespace is one that Kubernetes keeps for itself (`kube-*`).
--- Example:
---   k8s.is_system_namespace("kube-system")  --> true
---   k8s.is_system_namespace("kubernetes")   --> false
---   k8s.is_system_namespace(nil)            --> false
function k8s.is_system_namespace(name)
  return type(name) == "string" and string.starts_with(name, "kube-")
end

--- The item of `metadata.ownerReferences` that controls the object; nil where nothing does.
--- Example:
---   local pod = { metadata = { ownerReferences = { { kind = "Node" }, { kind = "ReplicaSet", controller = true } } } }
---   k8s.controller(pod).kind  --> "ReplicaSet"
---   k8s.controller({})        --> nil
function k8s.controller(doc)
  for owner in each(doc.metadata.ownerReferences) do
    if owner.controller == true then return owner end
  end
  return nil
end

--- The tree of the YAML or JSON that is the text under `key` in a map of the document, such as a ConfigMap's `data`
--- or annotations; of several documents the first that holds anything. Its tables are places of the manifest, so that
--- `at` works inside: exact where the text is a literal block, else the scalar's start. nil where there is no text;
--- nil and the reason where it is no YAML.
--- Example:
---   -- doc is a ConfigMap with `data: {app.yaml: "limit: 3", bad.yaml: "a: ["}`
---   k8s.parse(doc.data, "app.yaml").limit       --> 3
---   k8s.parse(doc.data, "none.yaml")            --> nil
---   type(select(2, k8s.parse(doc.data, "bad.yaml")))  --> "string"
function k8s.parse(map, key)
  return parse_yaml(map, key)
end

--- Whether `x` is a DNS-1123 label, as names of namespaces and containers are: at most 63 lower-case letters,
--- digits and dashes, with a letter or digit at both ends.
--- Example:
---   k8s.is_dns_label("echo-1")  --> true
---   k8s.is_dns_label("Echo")    --> false
---   k8s.is_dns_label("a.b")     --> false
function k8s.is_dns_label(x)
  return re.test(x, [[\A[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\z]])
end

--- Whether `x` is a DNS-1123 subdomain, as names of most objects are: DNS characters in parts between dots, at most
--- 253 bytes.
--- Example:
---   k8s.is_dns_subdomain("echo.v2")   --> true
---   k8s.is_dns_subdomain("echo..v2")  --> false
---   k8s.is_dns_subdomain("")          --> false
function k8s.is_dns_subdomain(x)
  return type(x) == "string" and #x <= 253
    and re.test(x, [[\A[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\z]])
end

--- Whether `x` is a DNS-1035 label, as names of Services are: a DNS-1123 label that begins with a letter.
--- Example:
---   k8s.is_service_name("echo")    --> true
---   k8s.is_service_name("1-echo")  --> false
function k8s.is_service_name(x)
  return k8s.is_dns_label(x) and re.test(x, [=[\A[a-z]]=])
end

--- Whether `x` can be the key of a label or annotation: a name of at most 63 bytes, with or without `subdomain/`.
--- Example:
---   k8s.is_label_key("app.kubernetes.io/name")  --> true
---   k8s.is_label_key("-app")                    --> false
---   k8s.is_label_key("a/b/c")                   --> false
function k8s.is_label_key(x)
  local prefix, name = re.match(x, [[\A(?:([^/]*)/)?([A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)\z]])
  if name == nil then return false end
  return prefix == nil or k8s.is_dns_subdomain(prefix)
end

--- Whether `x` can be the value of a label: at most 63 bytes, also none.
--- Example:
---   k8s.is_label_value("v1.2_x")  --> true
---   k8s.is_label_value("")        --> true
---   k8s.is_label_value("a b")     --> false
---   k8s.is_label_value(1)         --> false
function k8s.is_label_value(x)
  return re.test(x, [[\A(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?\z]])
end

local VERSION = [[\Av?([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.([0-9]{1,9}))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?\z]]

-- -1, 0 or 1
local function compare(a, b)
  if a == b then return 0 end
  return a < b and -1 or 1
end

-- Identifiers of pre-releases: numbers by value and before texts.
local function compare_identifiers(a, b)
  local left = re.test(a, [[\A[0-9]{1,18}\z]]) and math.tointeger(tonumber(a))
  local right = re.test(b, [[\A[0-9]{1,18}\z]]) and math.tointeger(tonumber(b))
  if left and right then return compare(left, right) end
  if left or right then return left and -1 or 1 end
  return compare(a, b)
end

-- A pre-release comes before its release; `a` and `b` are nil for releases.
local function compare_prereleases(a, b)
  if a == nil or b == nil then return compare(a == nil and 1 or 0, b == nil and 1 or 0) end
  local left, right = string.split(a, "."), string.split(b, ".")
  for i = 1, math.max(#left, #right) do
    if left[i] == nil or right[i] == nil then return left[i] == nil and -1 or 1 end
    local order = compare_identifiers(left[i], right[i])
    if order ~= 0 then return order end
  end
  return 0
end

--- -1, 0 or 1 as version `a` is older than, equal to or newer than `b`: numbers count as numbers, parts left out as
--- 0, a pre-release comes before its release, `v` and what follows `+` do not count. nil where one of them is no
--- version; a number is none (YAML reads 1.30 as 1.3).
--- Example:
---   k8s.compare_versions("1.34", "1.9")            --> 1
---   k8s.compare_versions("v1.2", "1.2.0")          --> 0
---   k8s.compare_versions("1.2.0-rc.1", "1.2.0")    --> -1
---   k8s.compare_versions("1.2-rc.2", "1.2-rc.10")  --> -1
---   k8s.compare_versions("latest", "1.2")          --> nil
function k8s.compare_versions(a, b)
  local left = { re.match(a, VERSION) }
  local right = { re.match(b, VERSION) }
  if left[1] == nil or right[1] == nil then return nil end
  for i = 1, 3 do
    local order = compare(tonumber(left[i] or 0), tonumber(right[i] or 0))
    if order ~= 0 then return order end
  end
  return compare_prereleases(left[4], right[4])
end

return k8s
