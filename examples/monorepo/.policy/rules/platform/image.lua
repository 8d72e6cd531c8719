local image = require "image"
local k8s = require "k8s"

local function check_image(container, ctx)
  if typeof(container) ~= "map" then return end -- a broken manifest is for other rules
  local place = at(container, "image")
  local ref = image.parse(str(container.image, ""))
  if not ref then
    return ctx:fail(place, "container %s names no image", str(container.name, "(no name)"))
  end
  local known = false
  for registry in each(ctx.params.registries) do
    if registry == ref.registry then known = true end
  end
  if not known then
    ctx:fail(place, "%s is no registry of ours (%s)", ref.registry, table.concat(ctx.params.registries, ", "))
  elseif ref.tag == nil and ref.digest == nil then
    ctx:fail(place, "no tag: every start of a pod may run another image")
  elseif ref.digest == nil and not re.test(ref.tag, ctx.vars.release_tag) then
    ctx:fail(place, "%s is not the tag of a release, which are like %s", ref.tag, ctx.vars.release_tag)
  end
end

return rule {
  title = "Containers run releases from our own registries",
  level = "error",
  kinds = { "workload" },
  params = {
    registries = param("list of string", { "registry.example.com" }, "the registries that images may come from"),
  },
  why = [[
    A tag that moves (latest, a branch) makes every restart a deployment that nobody reviewed, and a registry
    that is not ours can be down, rate-limited or taken over. Images from elsewhere are scanned and mirrored to
    registry.example.com/mirror. What a release's tag looks like is the variable `release_tag`; a team may set its
    own in its `.policy/policy.yaml`.]],
  fix = [[Name a release of registry.example.com; for an image from elsewhere, ask the platform team to mirror it.]],

  check = function(doc, ctx)
    local pod = k8s.pod_template(doc, ctx)
    if pod == nil then return end
    for container in each(pod.spec.initContainers) do check_image(container, ctx) end
    for container in each(pod.spec.containers) do check_image(container, ctx) end
  end,

  -- Examples run under a policy of their own: what they need of the real one stands in `policy`.
  examples = {
    pass { policy = [[vars: {release_tag: "^v[0-9.]+$"}]], [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo}
      spec:
        containers:
          - {name: tag, image: "registry.example.com/echo:v2.4.1"}
          - {name: digest, image: "registry.example.com/echo@sha256:0a1b2c"}
    ]] },
    pass { params = { registries = { "localhost:5000" } }, policy = [[vars: {release_tag: "^v[0-9.]+$"}]], [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo}
      spec: {containers: [{name: echo, image: "localhost:5000/echo:v1"}]}
    ]] },
    fail { line = 10, column = 18, message = "docker.io is no registry of ours", [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: cache}
      spec:
        template:
          spec:
            containers:
              - name: redis
                # no registry: Docker Hub
                image: redis:7.4.2
    ]] },
    fail { line = 6, message = "main is not the tag of a release", policy = [[vars: {release_tag: "^v[0-9.]+$"}]], [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo}
      spec:
        initContainers:
          - {name: init, image: "registry.example.com/echo:main"}
    ]] },
    fail { line = 4, message = "no tag", [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo}
      spec: {containers: [{name: echo, image: registry.example.com/echo}]}
    ]] },
    fail { line = 4, message = "names no image", [[
      apiVersion: v1
      kind: Pod
      metadata: {name: echo}
      spec: {containers: [{name: echo}]}
    ]] },
  },
}
