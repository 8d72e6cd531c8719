-- The name that the format asks for.
local function fill(format, document)
  if format == "{name}" then return document.name end
  for from, to in pairs { ["{name}"] = document.name, ["{kind}"] = document.kind,
                          ["{kind:lower}"] = string.lower(document.kind) } do
    format = table.concat(string.split(format, from), to)
  end
  return format
end

return rule {
  title = "A file is called after its resource",
  level = "off",
  on = "file",
  params = {
    format = param("string", "{name}", "the name without extension: {name} and {kind} stand for the "
      .. "resource's, {kind:lower} for its kind in lower case"),
    ignore = param("list of string", { "kustomization.yaml", "kustomization.yml" }, "names that are fine"),
  },
  why = [[
    Who looks for an object finds its file by name, and two files cannot both claim one object. Files with
    several resources are for manifest/one-resource-per-file.]],
  fix = [[Rename the file after the resource, or the resource after the file.]],
  aka = { "stein filename" },

  -- standard input has no name, and a patch is not called after what it changes
  when = function(file) return file.path ~= "-" and not file.patch end,

  check = function(file, ctx)
    for name in each(ctx.params.ignore) do
      if name == file.name then return end
    end
    local stem = string.split(file.name, ".")[1]
    local resources = 0
    for document in each(file.documents) do resources = resources + document.resources end
    if resources ~= 1 then return end -- manifest/one-resource-per-file speaks of these
    for document in each(file.documents) do
      if document.name then
        local want = fill(ctx.params.format, document)
        if stem ~= want then
          ctx:fail(document, "%s/%s belongs in a file called %s%s", document.kind, document.name, want,
            string.sub(file.name, #stem + 1))
        end
        return
      end
    end
  end,

  examples = {
    pass { path = "x/echo.yaml", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
    ]] },
    pass { path = "x/test.yaml", patch = true, [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo}
    ]] },
    fail { path = "x/test.yaml", line = 1, message = "Service/echo belongs in a file called echo.yaml", [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
    ]] },
    pass { path = "x/all.yaml", [[
      {apiVersion: v1, kind: Service, metadata: {name: echo}}
      ---
      {apiVersion: v1, kind: Service, metadata: {name: admin}}
    ]] },
    pass { path = "x/run.yaml", [[
      apiVersion: batch/v1
      kind: Job
      metadata: {generateName: run-}
    ]] },
    pass { path = "x/service-echo.yaml", params = { format = "{kind:lower}-{name}" }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
    ]] },
    fail { path = "x/echo.yaml", params = { format = "{kind}.{name}" }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
    ]] },
  },
}
