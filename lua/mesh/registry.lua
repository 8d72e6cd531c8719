-- Which hosts there are in the mesh, for rules across documents: Services and ServiceEntries are noted under their full
-- names, references look there. What is noted under a host has `defines`, so that a rule's own facts may lie beside it.
local istio = require "istio"
local small = require "mesh/small"
local registry = {}

--- The domain of the cluster's Services: the policy's `vars.cluster_domain`, else cluster.local.
function registry.domain(ctx) return str(ctx.vars.cluster_domain, "cluster.local") end

--- The key under which a host that stands in an object is looked up, and the host in words; nil where it is no text or
--- a placeholder. Where nobody knows the namespace that a short name needs, a Service of that name anywhere will do.
function registry.key(host, ctx)
  if not small.is_host(host) then return nil end
  local full = istio.full_host(host, ctx.namespace.name, registry.domain(ctx))
  if full then return { "host", full } end
  return { "named", host }
end

--- The key under which objects meet that speak of one host: its full name, else, where nobody knows the namespace
--- that a short one needs, the name in the directory.
function registry.local_key(host, ctx)
  local key = registry.key(host, ctx)
  if key and key[1] == "named" then return { ctx.scope, host } end
  return key
end

--- The namespaces whose proxies follow a VirtualService: its own, and those of the gateways that it names.
function registry.readers(service, ctx)
  local list = { ctx.namespace.name }
  for gateway in each(service.spec.gateways) do
    local parts = type(gateway) == "string" and string.split(gateway, "/") or {}
    if parts[2] and parts[2] ~= "" and #list < 20 then table.insert(list, parts[1]) end
  end
  return list
end

--- Notes a Service, with `more` fields for the rule itself.
function registry.service(service, ctx, more)
  local name, namespace = ctx.resource.name, ctx.namespace.name
  if not name then return end
  local value = more or {}
  value.defines, value.to, value.at = "Service", istio.export_to(service, namespace), at(service, "metadata", "name")
  value.ports = small.list(service.spec.ports, "port")
  ctx:emit({ "named", name }, value)
  if namespace then
    ctx:emit({ "host", name .. "." .. namespace .. ".svc." .. registry.domain(ctx) }, value)
    if ctx.file.renamed then ctx:emit({ "renamed", namespace }, value) end
  else
    ctx:emit({ "unplaced", name }, value)
  end
end

--- Notes each host of a ServiceEntry, with `more` fields for the rule itself.
function registry.entry(entry, ctx, more)
  local to, ports = istio.export_to(entry, ctx.namespace.name), small.list(entry.spec.ports, "number")
  for host, i in each(entry.spec.hosts) do
    if small.is_name(host) then
      local value = { defines = "ServiceEntry", to = to, ports = ports, at = at(entry.spec.hosts, i), host = host }
      for name, field in pairs(more) do value[name] = field end
      ctx:emit(string.starts_with(host, "*") and "wildcards" or { "host", host }, value)
    end
  end
end

--- Whether one of the namespaces sees what is exported to `to`; where nobody knows a namespace, it does.
function registry.sees(readers, to)
  if #readers == 0 then return true end
  for reader in each(readers) do
    if small.has(to, "*") or small.has(to, reader) then return true end
  end
  return false
end

--- Whether what is exported to `a` and what is exported to `b` meet in a namespace: where nobody knows one's own, only
--- what is for all does.
function registry.meet(a, b)
  for one in each(a) do
    for other in each(b) do
      if one == "*" or other == "*" or one == other then return true end
    end
  end
  return false
end

-- The Service of the namespace that a kustomization may give this name, with a prefix or suffix, else nil.
local function find_renamed(name, namespace, ctx)
  for fact in each(ctx:facts({ "renamed", namespace })) do
    local own = str(fact.resource.name, "")
    if #own < #name and string.find(name, own) then return fact end
  end
  return nil
end

-- The ServiceEntry whose wildcard covers the host, else nil.
local function find_wildcard(host, ctx, readers)
  for fact in each(ctx:facts("wildcards")) do
    if istio.hosts_overlap(fact.value.host, host) and registry.sees(readers, fact.value.to) then return fact end
  end
  return nil
end

--- The Service's name and namespace in a full host, whatever the domain; nil of other hosts.
function registry.service_parts(host)
  local parts = string.split(host, ".")
  if parts[3] == "svc" and parts[1] ~= "*" then return parts[1], parts[2] end
  return nil
end

--- What stands behind the key of a host for readers: the fact of a Service, else of a ServiceEntry, and the list of all
--- that count (of one name and kind; empty where a kustomization may have given some Service this name). nil and nil
--- where there is none; then third, one that is there and hidden. `facts` are those under the key.
function registry.find(key, facts, ctx, readers)
  local found, all, hidden = nil, {}, nil
  for fact in each(facts) do
    local value = fact.value
    if value.defines then
      if key[1] == "named" or registry.sees(readers, value.to) then
        if found and found.value.defines ~= value.defines and value.defines == "Service" then found, all = nil, {} end
        if not found or found.value.defines == value.defines then table.insert(all, fact) end
        found = found or fact
      else
        hidden = hidden or fact
      end
    end
  end
  if not found and key[1] == "host" then
    local name, namespace = registry.service_parts(key[2])
    found = name and ctx:facts({ "unplaced", name })[1] or find_wildcard(key[2], ctx, readers)
    all = { found }
    -- which one it is nobody knows
    if not found and name then found, all = find_renamed(name, namespace, ctx), {} end
  end
  if found then return found, all end
  return nil, nil, hidden
end

--- Whether the policy says that the host of a key exists outside of the repository: as a Service, or, of other hosts,
--- as a ServiceEntry of that name.
function registry.is_elsewhere(key, ctx)
  if key[1] == "named" then return ctx:elsewhere("Service", "", key[2]) end
  local name, namespace = registry.service_parts(key[2])
  if name then return ctx:elsewhere("Service", namespace, name) end
  return ctx:elsewhere("networking.istio.io/ServiceEntry", "", key[2])
end

return registry
