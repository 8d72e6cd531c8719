-- References of container images, read as container runtimes read them.
local k8s = {}

local HOST = [[\A(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::[0-9]{1,5})?\z]]
local REPOSITORY = [[\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z]]
local TAG = [[\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z]]
local DIGEST = [[\A[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}\z]]

-- The longest registry and repository together.
local NAME_MAX = 255

-- Whether what stands before the first slash is a registry and no part of a repository on Docker Hub.
local function is_registry(text)
  return text == "localhost" or re.test(text, "[.:A-Z]")
end

-- Splits a name without tag and digest into registry and repository, with the defaults of Docker Hub.
local function split_name(name)
  local first, rest = re.match(name, [[\A([^/]*)/(.*)\z]])
  local registry, repository = "docker.io", name
  if first and is_registry(first) then registry, repository = first, rest end
  if registry == "index.docker.io" then registry = "docker.io" end
  if registry == "docker.io" and not string.find(repository, "/") then repository = "library/" .. repository end
  return registry, repository
end

-- What is wrong with the parts, in words; nil where nothing is.
local function parts_error(image)
  if not re.test(image.registry, HOST) then return "its registry is no host" end
  if re.test(image.repository, "[A-Z]") then return "its repository has upper-case letters" end
  if not re.test(image.repository, REPOSITORY) then return "its repository is no path of names" end
  if #image.name > NAME_MAX then return "its name is longer than " .. NAME_MAX .. " bytes" end
  if image.tag and not re.test(image.tag, TAG) then return "its tag is none" end
  if image.digest and not re.test(image.digest, DIGEST) then return "its digest is none" end
  if image.digest and re.test(image.digest, [[\Asha256:]]) and #image.digest ~= 71 then
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
---   k8s.image(nil)                               --> nil, "it is no text"
function k8s.image(x)
  if type(x) ~= "string" then return nil, "it is no text" end
  if x == "" then return nil, "it is empty" end
  local rest, digest = re.match(x, [[\A([^@]*)@(.*)\z]])
  local name, tag = re.match(rest or x, [=[\A(.*):([^/:\]]*)\z]=])
  local image = { tag = tag, digest = digest }
  if re.test(x, [[\A[0-9a-f]{64}\z]]) then return nil, "it is the id of an image, not its name" end
  image.registry, image.repository = split_name(name or rest or x)
  image.name = image.registry .. "/" .. image.repository
  image.latest = digest == nil and (tag == nil or tag == "latest")
  local why = parts_error(image)
  if why then return nil, why end
  return image
end

return k8s
