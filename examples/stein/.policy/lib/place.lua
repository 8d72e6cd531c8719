-- What a path says about the namespace: stein's get_service_id_with_env and is_irregular_namespace_pattern.
local place = {}

--- SERVICE-ENV as the path of the file has it, with ENV shortened: "x-echo-jp-dev"; nil where the path has neither.
-- The variable `service_from_end` says which element of the path is the service, counted from the end; it differs
-- between manifests/ and spinnaker/, and each sets it in its own policy.
function place.service_and_env(ctx)
  local from_end = ctx.vars.service_from_end
  if from_end == nil then return nil end
  local parts = string.split(ctx.file.path, "/")
  local service, env = parts[#parts + 1 - from_end], parts[#parts + 2 - from_end]
  local short = env and ctx.vars.short_env[env]
  if service == nil or short == nil then return nil end
  return service .. "-" .. short
end

--- Whether the map of special cases lists what the path says.
function place.is_irregular(ctx)
  for name in pairs(ctx.vars.namespace_name_map) do
    if place.is_listed(ctx, name) then return true end
  end
  return false
end

--- Whether the map lists what the path says under the namespace NAME.
function place.is_listed(ctx, name)
  for listed in each(ctx.vars.namespace_name_map[name]) do
    if listed == place.service_and_env(ctx) then return true end
  end
  return false
end

return place
