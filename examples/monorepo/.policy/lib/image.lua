-- What the rules of this policy know of image references. A rule takes it with: require "image"
local image = {}

--- The parts of an image reference: registry ("docker.io" where the reference names none), repository, tag and
-- digest; the last two are nil where they are missing. nil where TEXT is none.
function image.parse(text)
  local name, tag, digest = re.match(text, "^([^@]+?)(?::([^:/@]+))?(?:@(sha256:[0-9a-f]+))?$")
  if not name then return nil end
  -- as Docker reads it: a first part is a registry if it looks like a host
  local registry, repository = re.match(name, "^(localhost|[^/]*[.:][^/]*)/(.+)$")
  return { registry = registry or "docker.io", repository = repository or name, tag = tag, digest = digest }
end

return image
