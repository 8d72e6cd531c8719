-- What Services and ServiceEntries make the proxies listen on. The outbound listeners of a sidecar are known by address
-- and port: HTTP shares the one of all addresses, TCP has that of its own address, where it has one.
local istio = require "istio"
local mesh = require "mesh"

local claim = {}

-- An item of `addresses`, the same text for one address however it is written.
local function address(text)
  local parts = string.split(text, "/")
  if parts[2] == "32" or parts[2] == "128" then return parts[1] end
  return text
end

-- How people call a Service without an address.
local function service_words(service)
  if istio.external_name(service) then return "an ExternalName Service" end
  return istio.headless(service) and "a headless Service" or "a Service"
end

local function of_service(service, ctx, list)
  local version = mesh.version(ctx)
  -- an alias since 1.21: its ports mean nothing
  if istio.external_name(service) and not mesh.before(ctx, "1.21") then return end
  for port in each(service.spec.ports) do
    local number = num(port.port)
    local protocol = istio.protocol(port, version)
    if number and protocol ~= "UDP" and port.protocol ~= "SCTP" then
      table.insert(list, {
        number = number, protocol = protocol, words = service_words(service), place = at(port, "name"),
        free = istio.without_address(service, version), headless = istio.headless(service),
      })
    end
  end
end

-- Whether each proxy gives the entry an address of its own, as one that resolves names itself does.
local function allocated(entry, dns_capture)
  if not dns_capture or str(entry.spec.resolution, "NONE") == "NONE" then return false end
  return entry.metadata.labels["networking.istio.io/enable-autoallocate-ip"] ~= "false"
end

local function of_entry(entry, ctx, list, dns_capture)
  local addresses = {}
  for item in each(entry.spec.addresses) do
    if type(item) == "string" then table.insert(addresses, item) end
  end
  local free = #addresses == 0 and count(entry.status.addresses) == 0 and not allocated(entry, dns_capture)
  for port in each(entry.spec.ports) do
    local number, protocol = num(port.number), istio.port_protocol(port)
    if not protocol and mesh.before(ctx, "1.3") then protocol = "TCP" end
    if number and protocol ~= "UDP" then
      table.insert(list, {
        number = number, protocol = protocol, words = "a ServiceEntry without addresses", place = at(port, "protocol"),
        free = free, addresses = addresses,
      })
    end
  end
end

--- The ports of a Service or ServiceEntry that proxies listen on: `number`, `protocol` (nil: left to detection),
--- `free` (it has no address of its own, so that TCP takes all addresses), `addresses` (of an entry), `headless`,
--- `words` and `place` for findings. `dns_capture`: proxies resolve names themselves and give entries addresses.
function claim.list(doc, ctx, dns_capture)
  local list = {}
  if ctx.resource.kind == "Service" then
    of_service(doc, ctx, list)
  else
    of_entry(doc, ctx, list, dns_capture)
  end
  return list
end

--- The keys under which a claim for TCP meets those that it competes with: each of its addresses or networks with the
--- port; "*" where it has none. Empty where it has an address that no other can have.
function claim.keys(item)
  if item.free then return { { item.number, "*" } } end
  local keys, seen = {}, {}
  for text in each(item.addresses) do
    local key = address(text)
    if not seen[key] then table.insert(keys, { item.number, key }) end
    seen[key] = true
  end
  return keys
end

return claim
