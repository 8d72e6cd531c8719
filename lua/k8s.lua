-- What rules about Kubernetes objects share.
local k8s = {}

--- The pod template of a workload: the table that has `spec` and `metadata`; of a Pod the Pod itself.
-- nil where `doc` is no workload or has none.
function k8s.pod_template(doc, ctx)
  local path = ctx.resource.pod_template
  if path == nil then return nil end
  if path == "" then return doc end
  for key in each(string.split(path, ".")) do
    doc = doc[key]
    if type(doc) ~= "table" then return nil end
  end
  return doc
end

--- Whether objects of the document's kind live in a namespace; nil where krug cannot know (a custom resource
-- whose definition is not in the repository).
function k8s.is_namespaced(ctx)
  if ctx.resource.scope == "unknown" then return nil end
  return ctx.resource.scope == "namespaced"
end

return k8s
