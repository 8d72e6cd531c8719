-- Which namespaces of the mesh see what: by `exportTo`, and by the egress hosts of the Sidecar that holds for a
-- namespace. For rules across documents: their `collect` notes readers and parties, their `join` asks who of them meet.
local istio = require "istio"
local k8s = require "k8s"
local mesh = require "mesh"

local sight = {}

-- where a Sidecar without selector holds for all namespaces that have none of their own
local ROOT = "istio-system"
-- a namespace that is in the mesh but in no manifest
local ANYONE = "*"
-- hosts of a ServiceEntry that are kept, so that a fact stays small
local HOSTS = 8

--- Notes the namespace of a workload with a sidecar as one that sees others.
function sight.workload(doc, ctx)
  local pod = k8s.pod_template(doc, ctx)
  if pod and ctx.namespace.name and mesh.has_sidecar(pod, ctx) then ctx:emit("readers", {}) end
end

--- Notes what a Sidecar without selector lets its namespace see.
function sight.sidecar(doc, ctx)
  if not ctx.namespace.name or count(doc.spec.workloadSelector.labels) > 0 then return end
  for listener in each(doc.spec.egress) do
    for host in each(listener.hosts) do
      if type(host) == "string" then
        ctx:emit("sidecars", { host = string.sub(host, 1, 400), port = num(listener.port.number) })
      end
    end
  end
end

--- What a party to a conflict has to note of itself: `hosts`, its full names, and `to`, the namespaces that see it, nil
--- for all.
function sight.party(doc, ctx)
  local namespace, hosts = ctx.namespace.name, {}
  if doc.kind == "Service" then
    hosts[1] = istio.full_host(str(doc.metadata.name), namespace)
  else
    for host, index in each(doc.spec.hosts) do
      if index <= HOSTS then table.insert(hosts, istio.full_host(host, namespace)) end
    end
  end
  local to = istio.export_to(doc, namespace)
  if to[1] == "*" or #table.concat(to) > 2000 then to = nil end
  return hosts, to
end

-- One host of a Sidecar, as "namespace/name".
local function allowed(text)
  local parts = string.split(text, "/")
  if #parts < 2 then return { namespace = "*", name = text } end
  return { namespace = parts[1], name = parts[2] }
end

--- In a join: what `collect` noted of readers. `list` are the namespaces in the mesh; where nobody knows any, it is
--- anyone's guess who will be.
function sight.readers(ctx)
  local readers = { list = {}, known = {}, sidecars = {}, narrowed = false, by_namespace = true, seen_by = {} }
  for fact in each(ctx:facts("readers")) do
    if not readers.known[fact.namespace] then
      readers.known[fact.namespace] = true
      table.insert(readers.list, fact.namespace)
    end
  end
  for fact in each(ctx:facts("sidecars")) do
    local sidecar = readers.sidecars[fact.namespace] or { all = {}, ports = {} }
    readers.sidecars[fact.namespace], readers.narrowed = sidecar, true
    local port = fact.value.port
    if port then sidecar.ports[port] = sidecar.ports[port] or {} end
    local entry = allowed(fact.value.host)
    table.insert(port and sidecar.ports[port] or sidecar.all, entry)
    if entry.name ~= "*" then readers.by_namespace = false end
  end
  return readers
end

-- Whether the Sidecar that holds for a reader lets it see a party on that port. A listener with a port of its own has
-- that port for its hosts alone.
local function lets(sidecar, reader, party, port)
  if not sidecar then return true end
  for entry in each(port and sidecar.ports[port] or sidecar.all) do
    local namespace = entry.namespace == "." and reader or entry.namespace
    if namespace == "*" or namespace == party.namespace then
      for host in each(party.value.hosts) do
        if istio.hosts_overlap(entry.name, host) then return true end
      end
    end
  end
  return false
end

local function sees(readers, reader, party, port)
  local exported = party.value.to == nil
  for namespace in each(party.value.to) do exported = exported or namespace == reader end
  return exported and lets(readers.sidecars[reader] or readers.sidecars[ROOT], reader, party, port)
end

-- Those of sight.of, one by one.
local function find(readers, party, port)
  local candidates, list = readers.list, { all = not readers.narrowed and party.value.to == nil, met = {} }
  if #candidates == 0 then
    candidates = { ANYONE, party.namespace }
    for namespace in each(party.value.to) do table.insert(candidates, namespace) end
    for namespace in pairs(readers.sidecars) do table.insert(candidates, namespace) end
  end
  for reader in each(candidates) do
    if sees(readers, reader, party, port) then table.insert(list, reader) end
  end
  return list
end

--- The namespaces that see a party (a fact with `hosts` and `to`) on a port; where no namespace is known to be in the
--- mesh, those of the party itself and whom it names.
function sight.of(readers, party, port)
  -- where nothing but namespaces counts, what one party of a namespace is seen by all are
  if not readers.by_namespace or party.value.to then return find(readers, party, port) end
  local list = readers.seen_by[party.namespace] or find(readers, party, port)
  readers.seen_by[party.namespace] = list
  return list
end

--- Whether one of the namespaces in `list`, as sight.of answers, sees the other party too.
function sight.meets(readers, list, party, port)
  if list.all and party.value.to == nil then return true end
  local is_like_all = readers.by_namespace and party.value.to == nil
  if is_like_all and list.met[party.namespace] ~= nil then return list.met[party.namespace] end
  local met = false
  for reader in each(list) do met = met or sees(readers, reader, party, port) end
  if is_like_all then list.met[party.namespace] = met end
  return met
end

-- how many names a message has
local NAMES = 3

--- "a, b, c and more", of a list of names.
function sight.names(list)
  if #list <= NAMES then return table.concat(list, ", ") end
  return table.concat(list, ", ", 1, NAMES) .. " and more"
end

return sight
