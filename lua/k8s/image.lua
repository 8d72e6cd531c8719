-- References of container images, read as container runtimes read them.
local k8s = {}

-- as local: it runs for every container of every rule
local match = re.match

local LABEL = [[[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*]]
local HOST = [[(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::[0-9]{1,5})?]]
local REPOSITORY = LABEL .. "(?:/" .. LABEL .. ")*"
local TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
local DIGEST = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
-- what stands before the first slash is a registry where it is no name on Docker Hub
local REFERENCE = "\\A(?:(localhost|(?=[^/]*[.:A-Z])" .. HOST .. ")/)?(" .. REPOSITORY .. ")(?::(" .. TAG .. "))?(?:@("
  .. DIGEST .. "))?\\z"

-- The longest registry and repository together.
local NAME_MAX = 255

-- Why `x` is no reference, in words.
local function reference_error(x)
  local rest, digest = match(x, [[\A([^@]*)@(.*)\z]])
  local name, tag = match(rest or x, [=[\A(.*):([^/:\]]*)\z]=])
  name = name or rest or x
  local first, repository = match(name, [[\A([^/]*)/(.*)\z]])
  if x == "" then return "it is empty" end
  if digest and not re.test(digest, "\\A" .. DIGEST .. "\\z") then return "its digest is none" end
  if tag and not re.test(tag, "\\A" .. TAG .. "\\z") then return "its tag is none" end
  if first == nil or not (first == "localhost" or re.test(first, "[.:A-Z]")) then
    repository = name
  elseif not re.test(first, "\\A" .. HOST .. "\\z") then
    return "its registry is no host"
  end
  if re.test(repository, "[A-Z]") then return "its repository has upper-case letters" end
  return "its repository is no path of names"
end

-- What is wrong with parts that have the form of a reference; nil where nothing is.
local function parts_error(image, x)
  if #x == 64 and re.test(x, [[\A[0-9a-f]{64}\z]]) then return "it is the id of an image, not its name" end
  if #image.name > NAME_MAX then return "its name is longer than " .. NAME_MAX .. " bytes" end
  if image.digest and #image.digest ~= 71 and string.starts_with(image.digest, "sha256:") then
    return "its sha256 digest has not 64 digits"
  end
  return nil
end

--- The parts of an image reference: `registry` and `repository` (with Docker Hub's defaults: "docker.io",
--- "library/..."), `name` (both together), `tag` and `digest` (nil where not written), and `latest`: whether the
--- image may change under its reference, as it has the tag "latest", or neither tag nor digest. nil and the reason
--- where `x` is no reference.
--- Example:
---   local image = k8s.image("registry.example:5000/team/echo:1.2")
---   image.registry, image.repository, image.tag  --> "registry.example:5000", "team/echo", "1.2"
---   image.digest, image.latest                   --> nil, false
---   k8s.image("nginx").name                      --> "docker.io/library/nginx"
---   k8s.image("nginx").latest                    --> true
---   k8s.image("localhost/echo").registry         --> "localhost"
---   k8s.image("acme/echo").registry              --> "docker.io"
---   k8s.image("Echo:1")                          --> nil, "its repository has upper-case letters"
---   k8s.image("echo:")                           --> nil, "its tag is none"
---   k8s.image("-host.example/echo")              --> nil, "its registry is no host"
---   k8s.image("echo@sha256:12")                  --> nil, "its digest is none"
---   k8s.image(nil)                               --> nil, "it is no text"
function k8s.image(x)
  if type(x) ~= "string" then return nil, "it is no text" end
  local registry, repository, tag, digest = match(x, REFERENCE)
  if repository == nil then return nil, reference_error(x) end
  if registry == nil or registry == "index.docker.io" then registry = "docker.io" end
  if registry == "docker.io" and not string.find(repository, "/") then repository = "library/" .. repository end
  local image = { registry = registry, repository = repository, tag = tag, digest = digest }
  image.name = registry .. "/" .. repository
  image.latest = digest == nil and (tag == nil or tag == "latest")
  local why = parts_error(image, x)
  if why then return nil, why end
  return image
end

return k8s
