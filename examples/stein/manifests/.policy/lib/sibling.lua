-- Directories side by side: .../Deployment and .../PodDisruptionBudget.
local sibling = {}

--- The files of the directory NAME next to the directory of the file.
function sibling.files(ctx, name)
  local parts = string.split(ctx.file.directory, "/")
  parts[#parts] = name
  return ctx.files(table.concat(parts, "/") .. "/*")
end

return sibling
