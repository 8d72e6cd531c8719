local istio = require "istio"
local mesh = require "mesh"

local MESH_LABELS = { "istio-injection", "istio.io/rev", "istio.io/dataplane-mode" }

-- The labels that contradict each other: the other two count beside istio-injection only where it enables.
local function conflicting(labels)
  local injection = labels["istio-injection"]
  local found = {}
  for _, key in ipairs(MESH_LABELS) do
    local counts = key == "istio-injection" or injection == nil or injection == "enabled"
    if labels[key] ~= nil and counts then table.insert(found, key) end
  end
  return found
end

local function check_wanted(namespace, labels, state, ctx)
  local params = ctx.params
  local revision = labels["istio.io/rev"]
  local is_in = state == "sidecar" or state == "ambient"
  if params.mesh == "in" and not is_in then
    ctx:fail(at(namespace, "metadata", "labels"), "namespace %s is to be in the mesh, but no label says so",
      ctx.namespace.name)
  elseif params.mesh == "in" and params.revision ~= "" and revision ~= params.revision then
    ctx:fail(at(namespace, "metadata", "labels", "istio.io/rev"), "namespace %s is to be of revision %s, and is of %s",
      ctx.namespace.name, params.revision, revision or "none")
  elseif params.mesh == "out" and is_in then
    local key = state == "ambient" and "istio.io/dataplane-mode"
      or labels["istio-injection"] and "istio-injection" or "istio.io/rev"
    ctx:fail(at(namespace, "metadata", "labels", key), "namespace %s is not to be in the mesh yet, but its label %s "
      .. "brings it in", ctx.namespace.name, key)
  end
end

return rule {
  title = "A namespace is labelled for the mesh if and only if it is to be in it",
  level = "warn",
  kinds = { "v1/Namespace" },
  params = {
    mesh = param("string", "", "in: the namespace is to be in the mesh; out: it is not; empty: either is right"),
    revision = param("string", "", "the revision (istio.io/rev) that a namespace in the mesh is to have; empty: any"),
    exempt = param("list of string", { "istio-system" }, "globs of namespaces that are never labelled"),
  },
  why = [[
    The labels of its namespace decide whether a pod gets a proxy. istio-injection wins over istio.io/rev, so a
    namespace with both is not of the revision that it names; a value other than enabled and disabled keeps all pods
    out.]],
  fix = [[
    Set `istio-injection: enabled` or `istio.io/rev: REVISION`, never both, on a namespace that comes into the mesh,
    and neither before. What is to be in the mesh is said by `params: {mesh: in}` of an entry of the policy's
    `namespaces`.]],
  links = {
    "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0102/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0123/",
  },
  aka = { "IST0102", "IST0123" },

  check = function(namespace, ctx)
    if istio.is_ignored_namespace(ctx.namespace.name) then return end
    local labels = type(namespace.metadata.labels) == "table" and namespace.metadata.labels or {}
    local injection = labels["istio-injection"]
    local found = conflicting(labels)
    if found[2] then
      ctx:fail(at(labels, found[2]), { also = { { at(labels, found[1]), "the other label" } } },
        "namespace %s has both %s and %s, and only one can hold", ctx.namespace.name, found[1], found[2])
    elseif injection ~= nil and injection ~= "enabled" and injection ~= "disabled" then
      ctx:fail(at(labels, "istio-injection"),
        "istio-injection is enabled or disabled: %s keeps every pod out of the mesh",
        injection)
    end
    for pattern in each(ctx.params.exempt) do
      if glob(pattern, str(ctx.namespace.name, "")) then return end
    end
    check_wanted(namespace, labels, mesh.namespace(labels), ctx)
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: echo, labels: {istio-injection: enabled}}
    ]] },
    pass { [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: echo, labels: {istio-injection: disabled, istio.io/rev: canary}}
    ]] },
    fail { line = 7, message = "has both istio-injection and istio.io/rev", [[
      apiVersion: v1
      kind: Namespace
      metadata:
        name: echo
        labels:
          istio-injection: enabled
          istio.io/rev: canary
    ]] },
    fail { line = 3, message = "has both istio.io/rev and istio.io/dataplane-mode", [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: echo, labels: {istio.io/rev: canary, istio.io/dataplane-mode: ambient}}
    ]] },
    fail { line = 3, column = 50, message = "true keeps every pod out", [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: echo, labels: {istio-injection: true}}
    ]] },
    fail { params = { mesh = "in" }, line = 3, message = "is to be in the mesh, but no label says so", [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: echo}
    ]] },
    fail { params = { mesh = "in", revision = "1-32" }, line = 3,
      message = "is to be of revision 1-32, and is of 1-31", [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: echo, labels: {istio.io/rev: 1-31}}
    ]] },
    pass { params = { mesh = "in" }, [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: echo, labels: {istio.io/dataplane-mode: ambient}}
    ]] },
    fail { policy = [[
      rules: {istio/injection-label: {params: {mesh: in}}}
      namespaces: [{match: late-*, rules: {istio/injection-label: {params: {mesh: out}}}}]
    ]], line = 3, message = "is not to be in the mesh yet", [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: late-echo, labels: {istio-injection: enabled}}
    ]] },
    pass { params = { mesh = "in" }, [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: istio-system}
    ]] },
    pass { params = { mesh = "in" }, [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: kube-system}
    ]] },
  },
}
