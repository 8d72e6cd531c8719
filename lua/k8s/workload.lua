-- Workloads: where the pod template is, what containers it has, and what holds for them.
local object = require "k8s/object"
local k8s = {}

-- as locals: what follows runs for every container of every rule
local each, type, group_of = each, type, object.group

-- where each kind keeps its pod template, as krug itself knows it (src/policy/workload.c)
local TEMPLATES = {
  ["apps/Deployment"] = "spec.template",
  ["apps/StatefulSet"] = "spec.template",
  ["apps/DaemonSet"] = "spec.template",
  ["apps/ReplicaSet"] = "spec.template",
  ["extensions/Deployment"] = "spec.template",
  ["extensions/DaemonSet"] = "spec.template",
  ["/ReplicationController"] = "spec.template",
  ["/PodTemplate"] = "template",
  ["/Pod"] = "",
  ["batch/Job"] = "spec.template",
  ["batch/CronJob"] = "spec.jobTemplate.spec.template",
}

-- the same for kinds of common operators; a policy names others in its `workloads`
local CUSTOM = {
  ["agones.dev/Fleet"] = "spec.template.spec.template",
  ["agones.dev/GameServer"] = "spec.template",
  ["apps.kruise.io/AdvancedCronJob"] = "spec.template.jobTemplate.spec.template",
  ["apps.kruise.io/BroadcastJob"] = "spec.template",
  ["apps.kruise.io/CloneSet"] = "spec.template",
  ["apps.kruise.io/DaemonSet"] = "spec.template",
  ["apps.kruise.io/StatefulSet"] = "spec.template",
  ["apps.openshift.io/DeploymentConfig"] = "spec.template",
  ["argoproj.io/Rollout"] = "spec.template",
  ["keda.sh/ScaledJob"] = "spec.jobTargetRef.template",
  ["serving.knative.dev/Configuration"] = "spec.template",
  ["serving.knative.dev/Service"] = "spec.template",
}

-- kinds that run one replica where nothing is said
local REPLICATED = {
  ["apps/Deployment"] = true, ["apps/StatefulSet"] = true, ["apps/ReplicaSet"] = true,
  ["extensions/Deployment"] = true, ["/ReplicationController"] = true, ["apps.kruise.io/CloneSet"] = true,
  ["apps.kruise.io/StatefulSet"] = true, ["argoproj.io/Rollout"] = true,
}

local function group_kind(doc)
  local group, kind = group_of(doc), doc.kind
  if group == nil or type(kind) ~= "string" then return nil end
  return group .. "/" .. kind
end

--- The dotted path of the pod template in a workload: "spec.template"; "" where `doc` is a Pod; nil where it is no
--- workload that is known. With `ctx` the policy's `workloads` count.
--- Example:
---   k8s.pod_template_path({ apiVersion = "batch/v1", kind = "CronJob" })  --> "spec.jobTemplate.spec.template"
---   k8s.pod_template_path({ apiVersion = "v1", kind = "Pod" })            --> ""
---   k8s.pod_template_path({ apiVersion = "v1", kind = "Service" })        --> nil
function k8s.pod_template_path(doc, ctx)
  local resource = ctx.resource
  local path = resource.pod_template
  if path ~= nil and resource.kind == doc.kind and resource.api_version == doc.apiVersion then return path end
  local kind = group_kind(doc)
  return kind and (TEMPLATES[kind] or CUSTOM[kind])
end

--- The pod template of a workload: the table that has `metadata` and `spec`; of a Pod the Pod itself. nil where
--- `doc` is no workload or has none. Knows the kinds of Kubernetes, of Argo Rollouts, Knative, OpenKruise, OpenShift,
--- KEDA and Agones, and with `ctx` the policy's `workloads`.
--- Example:
---   local job = { spec = { template = { metadata = { labels = { app = "a" } } } } }
---   local cron = { apiVersion = "batch/v1", kind = "CronJob", spec = { jobTemplate = job } }
---   k8s.pod_template(cron).metadata.labels.app                       --> "a"
---   k8s.pod_template({ apiVersion = "v1", kind = "Pod" }).kind       --> "Pod"
---   k8s.pod_template({ apiVersion = "apps/v1", kind = "DaemonSet" }) --> nil
function k8s.pod_template(doc, ctx)
  local path, template = k8s.pod_template_path(doc, ctx), doc
  if path == "spec.template" then
    template = doc.spec.template
  elseif path == nil then
    return nil
  elseif path ~= "" then
    for key in each(string.split(path, ".")) do template = template[key] end
  end
  if type(template) == "table" then return template end
  return nil
end

--- The pod spec of a workload; nil where it has none.
--- Example:
---   local pod = { apiVersion = "v1", kind = "Pod", spec = { nodeName = "a" } }
---   k8s.pod_spec(pod).nodeName                               --> "a"
---   k8s.pod_spec({ apiVersion = "v1", kind = "ConfigMap" })  --> nil
function k8s.pod_spec(doc, ctx)
  local spec = k8s.pod_template(doc, ctx).spec
  if type(spec) == "table" then return spec end
  return nil
end

--- The labels that the pods of a workload carry, a table; nil where they carry none.
--- Example:
---   local template = { metadata = { labels = { app = "echo" } } }
---   k8s.pod_labels({ apiVersion = "apps/v1", kind = "Deployment", spec = { template = template } }).app  --> "echo"
---   k8s.pod_labels({ apiVersion = "v1", kind = "Service" })                                              --> nil
function k8s.pod_labels(doc, ctx)
  local labels = k8s.pod_template(doc, ctx).metadata.labels
  if type(labels) == "table" then return labels end
  return nil
end

local LISTS = { "initContainers", "containers", "ephemeralContainers" }
local KINDS = { "init", "container", "ephemeral" }

--- Walks all containers of a pod spec in the order in which they start. Each step gives the container (the
--- document's own table, so that `at` works), its kind (`init`, `sidecar`: an init container with restartPolicy
--- Always, `container`, `ephemeral`), the name of its list and its index from 1. Items that are no maps are left out.
--- Example:
---   local spec = {
---     containers = { { name = "app" }, "wrong", { name = "log" } },
---     initContainers = { { name = "migrate" }, { name = "proxy", restartPolicy = "Always" } },
---   }
---   for container, kind, list, index in k8s.containers(spec) do print(container.name, kind, list, index) end
---   --> migrate init initContainers 1
---   --> proxy sidecar initContainers 2
---   --> app container containers 1
---   --> log container containers 3
---   for container in k8s.containers(nil) do print(container.name) end
function k8s.containers(spec)
  local at_list, next_item = 0, nil
  local function next_container()
    local container, index
    if next_item then container, index = next_item() end
    if type(container) == "table" then
      if at_list == 1 and container.restartPolicy == "Always" then
        return container, "sidecar", "initContainers", index
      end
      return container, KINDS[at_list], LISTS[at_list], index
    end
    if container == nil then
      local items
      repeat
        at_list = at_list + 1
        if at_list > 3 then return nil end
        items = spec[LISTS[at_list]]
      until items ~= nil
      next_item = each(items)
    end
    return next_container()
  end
  return next_container
end

--- The container of that name, of any kind, and its kind; nil where there is none.
--- Example:
---   local container, kind = k8s.container({ initContainers = { { name = "a", image = "x" } } }, "a")
---   container.image, kind                                         --> "x", "init"
---   k8s.container({ containers = { { name = "a" } } }, "missing") --> nil
function k8s.container(spec, name)
  if type(name) ~= "string" then return nil end
  for container, kind in k8s.containers(spec) do
    if container.name == name then return container, kind end
  end
  return nil
end

--- The item of a container's `env` that counts for a variable: the last of that name. nil where there is none.
--- Example:
---   local container = { env = { { name = "A", value = "1" }, { name = "A", value = "2" } } }
---   k8s.env(container, "A").value  --> "2"
---   k8s.env(container, "B")        --> nil
function k8s.env(container, name)
  local found
  if type(name) ~= "string" then return nil end
  for variable in each(container.env) do
    if variable.name == name then found = variable end
  end
  return found
end

--- How many pods a workload of a kind with `spec.replicas` asks for, 1 where it says nothing; nil for other kinds
--- and where it is no number.
--- Example:
---   k8s.replicas({ apiVersion = "apps/v1", kind = "Deployment", spec = { replicas = 3 } })  --> 3
---   k8s.replicas({ apiVersion = "apps/v1", kind = "StatefulSet" })                          --> 1
---   k8s.replicas({ apiVersion = "apps/v1", kind = "DaemonSet" })                            --> nil
function k8s.replicas(doc)
  local kind = group_kind(doc)
  if kind == nil or not REPLICATED[kind] then return nil end
  if doc.spec.replicas == nil then return 1 end
  return num(doc.spec.replicas)
end

--- The service account that the pods run as: "default" where the pod spec names none.
--- Example:
---   k8s.service_account({ serviceAccountName = "echo" })  --> "echo"
---   k8s.service_account({ serviceAccount = "old" })       --> "old"
---   k8s.service_account({})                               --> "default"
function k8s.service_account(spec)
  local name = str(spec.serviceAccountName, "")
  if name == "" then name = str(spec.serviceAccount, "") end
  return name == "" and "default" or name
end

-- fields that the securityContext of a pod has too; all others are of containers alone
local OF_PODS = {
  runAsUser = true, runAsGroup = true, runAsNonRoot = true, seLinuxOptions = true, seccompProfile = true,
  appArmorProfile = true, windowsOptions = true,
}

--- What holds for a container as a field of its securityContext: its own, else the pod's for the fields that pods
--- have too. Second: "container" or "pod", where it was found; nil where neither says.
--- Example:
---   local spec = { securityContext = { runAsUser = 1000, runAsNonRoot = true, privileged = true } }
---   local container = { securityContext = { runAsUser = 0 } }
---   k8s.security(spec, container, "runAsUser")     --> 0, "container"
---   k8s.security(spec, container, "runAsNonRoot")  --> true, "pod"
---   k8s.security(spec, container, "privileged")    --> nil
function k8s.security(spec, container, field)
  if type(field) ~= "string" then return nil end
  local value = container.securityContext[field]
  if value ~= nil then return value, "container" end
  if OF_PODS[field] then value = spec.securityContext[field] end
  if value ~= nil then return value, "pod" end
  return nil
end

--- What a container asks for of a resource ("cpu", "memory"), as it is written: its request, else its limit, which
--- Kubernetes then takes as the request. Second: "requests" or "limits", where it was found; nil where neither says.
--- Example:
---   local container = { resources = { limits = { cpu = "1", memory = "1Gi" }, requests = { cpu = "100m" } } }
---   k8s.request(container, "cpu")     --> "100m", "requests"
---   k8s.request(container, "memory")  --> "1Gi", "limits"
---   k8s.request(container, "disk")    --> nil
function k8s.request(container, resource)
  if type(resource) ~= "string" then return nil end
  for _, list in ipairs { "requests", "limits" } do
    local value = container.resources[list][resource]
    if value ~= nil then return value, list end
  end
  return nil
end

return k8s
