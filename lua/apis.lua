-- The APIs of Kubernetes itself: which kinds each version of each group has or had, and when versions were
-- deprecated and removed. Custom resources are not here. Known up to Kubernetes 1.36; what is newer is for
-- rules to let pass.
--
-- The dates are those of the Deprecated API Migration Guide and of the lifecycle that the API server itself goes by
-- (prerelease-lifecycle in k8s.io/api). Alpha versions come and go without notice: only those are here that
-- manifests have used.
local apis = {
  -- the oldest minor version that is supported by anybody: what it does not serve, no cluster should be asked for
  oldest = 34,
}

-- group/version, kinds that it ever had; of a group the newest version first
local SERVED = {
  { "v1",
    "Binding ComponentStatus ConfigMap Endpoints Event LimitRange List Namespace Node PersistentVolume "
      .. "PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service "
      .. "ServiceAccount Status" },
  { "admissionregistration.k8s.io/v1",
    "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration "
      .. "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration" },
  { "admissionregistration.k8s.io/v1beta1",
    "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration "
      .. "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration" },
  { "admissionregistration.k8s.io/v1alpha1",
    "InitializerConfiguration MutatingAdmissionPolicy MutatingAdmissionPolicyBinding "
      .. "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding" },
  { "apiextensions.k8s.io/v1", "CustomResourceDefinition" },
  { "apiextensions.k8s.io/v1beta1", "CustomResourceDefinition" },
  { "apiregistration.k8s.io/v1", "APIService" },
  { "apiregistration.k8s.io/v1beta1", "APIService" },
  { "apps/v1", "ControllerRevision DaemonSet Deployment ReplicaSet Scale StatefulSet" },
  { "apps/v1beta2", "ControllerRevision DaemonSet Deployment ReplicaSet Scale StatefulSet" },
  { "apps/v1beta1", "ControllerRevision Deployment DeploymentRollback ReplicaSet Scale StatefulSet" },
  { "auditregistration.k8s.io/v1alpha1", "AuditSink" },
  { "authentication.k8s.io/v1", "SelfSubjectReview TokenRequest TokenReview" },
  { "authentication.k8s.io/v1beta1", "SelfSubjectReview TokenReview" },
  { "authentication.k8s.io/v1alpha1", "SelfSubjectReview" },
  { "authorization.k8s.io/v1",
    "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview" },
  { "authorization.k8s.io/v1beta1",
    "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview" },
  { "autoscaling/v2", "HorizontalPodAutoscaler" },
  { "autoscaling/v2beta2", "HorizontalPodAutoscaler" },
  { "autoscaling/v2beta1", "HorizontalPodAutoscaler" },
  { "autoscaling/v1", "HorizontalPodAutoscaler Scale" },
  { "batch/v1", "CronJob Job JobTemplate" },
  { "batch/v1beta1", "CronJob JobTemplate" },
  { "batch/v2alpha1", "CronJob JobTemplate ScheduledJob" },
  { "certificates.k8s.io/v1", "CertificateSigningRequest" },
  { "certificates.k8s.io/v1beta1", "CertificateSigningRequest ClusterTrustBundle PodCertificateRequest" },
  { "certificates.k8s.io/v1alpha1", "ClusterTrustBundle PodCertificateRequest" },
  { "coordination.k8s.io/v1", "Lease" },
  { "coordination.k8s.io/v1beta1", "Lease LeaseCandidate" },
  { "coordination.k8s.io/v1alpha2", "LeaseCandidate" },
  { "coordination.k8s.io/v1alpha1", "LeaseCandidate" },
  { "discovery.k8s.io/v1", "EndpointSlice" },
  { "discovery.k8s.io/v1beta1", "EndpointSlice" },
  { "discovery.k8s.io/v1alpha1", "EndpointSlice" },
  { "events.k8s.io/v1", "Event" },
  { "events.k8s.io/v1beta1", "Event" },
  { "extensions/v1beta1",
    "DaemonSet Deployment DeploymentRollback HorizontalPodAutoscaler Ingress Job NetworkPolicy "
      .. "PodSecurityPolicy ReplicaSet Scale ThirdPartyResource" },
  { "flowcontrol.apiserver.k8s.io/v1", "FlowSchema PriorityLevelConfiguration" },
  { "flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema PriorityLevelConfiguration" },
  { "flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema PriorityLevelConfiguration" },
  { "flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema PriorityLevelConfiguration" },
  { "flowcontrol.apiserver.k8s.io/v1alpha1", "FlowSchema PriorityLevelConfiguration" },
  { "imagepolicy.k8s.io/v1alpha1", "ImageReview" },
  { "internal.apiserver.k8s.io/v1alpha1", "StorageVersion" },
  { "networking.k8s.io/v1", "IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR" },
  { "networking.k8s.io/v1beta1", "IPAddress Ingress IngressClass ServiceCIDR" },
  { "networking.k8s.io/v1alpha1", "ClusterCIDR IPAddress ServiceCIDR" },
  { "node.k8s.io/v1", "RuntimeClass" },
  { "node.k8s.io/v1beta1", "RuntimeClass" },
  { "node.k8s.io/v1alpha1", "RuntimeClass" },
  { "policy/v1", "Eviction PodDisruptionBudget" },
  { "policy/v1beta1", "Eviction PodDisruptionBudget PodSecurityPolicy" },
  { "rbac.authorization.k8s.io/v1", "ClusterRole ClusterRoleBinding Role RoleBinding" },
  { "rbac.authorization.k8s.io/v1beta1", "ClusterRole ClusterRoleBinding Role RoleBinding" },
  { "rbac.authorization.k8s.io/v1alpha1", "ClusterRole ClusterRoleBinding Role RoleBinding" },
  { "resource.k8s.io/v1", "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice" },
  { "resource.k8s.io/v1beta2", "DeviceClass DeviceTaintRule ResourceClaim ResourceClaimTemplate ResourceSlice" },
  { "resource.k8s.io/v1beta1", "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice" },
  { "resource.k8s.io/v1alpha3",
    "DeviceClass DeviceTaintRule PodSchedulingContext ResourceClaim ResourceClaimTemplate "
      .. "ResourcePoolStatusRequest ResourceSlice" },
  { "resource.k8s.io/v1alpha2",
    "PodSchedulingContext ResourceClaim ResourceClaimParameters ResourceClaimTemplate ResourceClass "
      .. "ResourceClassParameters ResourceSlice" },
  { "resource.k8s.io/v1alpha1", "PodScheduling ResourceClaim ResourceClaimTemplate ResourceClass" },
  { "scheduling.k8s.io/v1", "PriorityClass" },
  { "scheduling.k8s.io/v1beta1", "PriorityClass" },
  { "scheduling.k8s.io/v1alpha2", "PodGroup Workload" },
  { "scheduling.k8s.io/v1alpha1", "PriorityClass Workload" },
  { "settings.k8s.io/v1alpha1", "PodPreset" },
  { "storage.k8s.io/v1", "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass" },
  { "storage.k8s.io/v1beta1",
    "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass" },
  { "storage.k8s.io/v1alpha1", "CSIStorageCapacity VolumeAttachment VolumeAttributesClass" },
  { "storagemigration.k8s.io/v1beta1", "StorageVersionMigration" },
  { "storagemigration.k8s.io/v1alpha1", "StorageVersionMigration" },
}

-- group/version, kinds, the minor versions that deprecated and removed them (false: not planned), what takes over
-- and the minor version that brought it (left out: nothing does)
local CHANGES = {
  { "extensions/v1beta1", "DaemonSet Deployment ReplicaSet", 8, 16, "apps/v1", 9 },
  { "extensions/v1beta1", "NetworkPolicy", 9, 16, "networking.k8s.io/v1", 7 },
  { "extensions/v1beta1", "PodSecurityPolicy", 11, 16 },
  { "extensions/v1beta1", "Ingress", 14, 22, "networking.k8s.io/v1", 19 },
  { "apps/v1beta1", "ControllerRevision Deployment ReplicaSet StatefulSet", 8, 16, "apps/v1", 9 },
  { "apps/v1beta2", "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet", 9, 16, "apps/v1", 9 },
  { "admissionregistration.k8s.io/v1alpha1", "InitializerConfiguration", 13, 14 },
  { "admissionregistration.k8s.io/v1alpha1",
    "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
    29, 32, "admissionregistration.k8s.io/v1", 30 },
  { "admissionregistration.k8s.io/v1beta1",
    "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
    16, 22, "admissionregistration.k8s.io/v1", 16 },
  { "admissionregistration.k8s.io/v1beta1",
    "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
    31, 34, "admissionregistration.k8s.io/v1", 30 },
  { "apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", 16, 22, "apiextensions.k8s.io/v1", 16 },
  { "apiregistration.k8s.io/v1beta1", "APIService", 19, 22, "apiregistration.k8s.io/v1", 10 },
  { "auditregistration.k8s.io/v1alpha1", "AuditSink", 19, 19 },
  { "authentication.k8s.io/v1beta1", "TokenReview", 19, 22, "authentication.k8s.io/v1", 6 },
  { "authorization.k8s.io/v1beta1",
    "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
    19, 22, "authorization.k8s.io/v1", 6 },
  { "autoscaling/v2beta1", "HorizontalPodAutoscaler", 22, 25, "autoscaling/v2", 23 },
  { "autoscaling/v2beta2", "HorizontalPodAutoscaler", 23, 26, "autoscaling/v2", 23 },
  { "batch/v2alpha1", "CronJob", 21, 21, "batch/v1", 21 },
  { "batch/v1beta1", "CronJob", 21, 25, "batch/v1", 21 },
  { "certificates.k8s.io/v1beta1", "CertificateSigningRequest", 19, 22, "certificates.k8s.io/v1", 19 },
  { "coordination.k8s.io/v1beta1", "Lease", 19, 22, "coordination.k8s.io/v1", 14 },
  { "discovery.k8s.io/v1beta1", "EndpointSlice", 21, 25, "discovery.k8s.io/v1", 21 },
  { "events.k8s.io/v1beta1", "Event", 19, 25, "events.k8s.io/v1", 19 },
  { "flowcontrol.apiserver.k8s.io/v1alpha1",
    "FlowSchema PriorityLevelConfiguration",
    20, 21, "flowcontrol.apiserver.k8s.io/v1", 29 },
  { "flowcontrol.apiserver.k8s.io/v1beta1",
    "FlowSchema PriorityLevelConfiguration",
    23, 26, "flowcontrol.apiserver.k8s.io/v1", 29 },
  { "flowcontrol.apiserver.k8s.io/v1beta2",
    "FlowSchema PriorityLevelConfiguration",
    26, 29, "flowcontrol.apiserver.k8s.io/v1", 29 },
  { "flowcontrol.apiserver.k8s.io/v1beta3",
    "FlowSchema PriorityLevelConfiguration",
    29, 32, "flowcontrol.apiserver.k8s.io/v1", 29 },
  { "networking.k8s.io/v1alpha1", "ClusterCIDR", 28, 29 },
  { "networking.k8s.io/v1beta1", "Ingress IngressClass", 19, 22, "networking.k8s.io/v1", 19 },
  { "networking.k8s.io/v1beta1", "IPAddress ServiceCIDR", 34, 37, "networking.k8s.io/v1", 33 },
  { "node.k8s.io/v1beta1", "RuntimeClass", 22, 25, "node.k8s.io/v1", 20 },
  { "policy/v1beta1", "PodDisruptionBudget", 21, 25, "policy/v1", 21 },
  { "policy/v1beta1", "PodSecurityPolicy", 21, 25 },
  { "rbac.authorization.k8s.io/v1alpha1",
    "ClusterRole ClusterRoleBinding Role RoleBinding",
    17, 23, "rbac.authorization.k8s.io/v1", 8 },
  { "rbac.authorization.k8s.io/v1beta1",
    "ClusterRole ClusterRoleBinding Role RoleBinding",
    17, 22, "rbac.authorization.k8s.io/v1", 8 },
  { "resource.k8s.io/v1alpha1", "ResourceClaim ResourceClaimTemplate", 27, 27, "resource.k8s.io/v1", 34 },
  { "resource.k8s.io/v1alpha1", "PodScheduling ResourceClass", 27, 27 },
  { "resource.k8s.io/v1alpha2",
    "ResourceClaim ResourceClaimTemplate ResourceSlice",
    31, 31, "resource.k8s.io/v1", 34 },
  { "resource.k8s.io/v1alpha2",
    "PodSchedulingContext ResourceClaimParameters ResourceClass ResourceClassParameters",
    31, 31 },
  { "resource.k8s.io/v1beta1",
    "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice",
    35, 38, "resource.k8s.io/v1", 34 },
  { "resource.k8s.io/v1beta2",
    "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice",
    36, 39, "resource.k8s.io/v1", 34 },
  { "scheduling.k8s.io/v1alpha1", "PriorityClass", 14, 23, "scheduling.k8s.io/v1", 14 },
  { "scheduling.k8s.io/v1beta1", "PriorityClass", 14, 22, "scheduling.k8s.io/v1", 14 },
  { "settings.k8s.io/v1alpha1", "PodPreset", 20, 20 },
  { "storage.k8s.io/v1alpha1", "CSIStorageCapacity", 21, 24, "storage.k8s.io/v1", 24 },
  { "storage.k8s.io/v1alpha1", "VolumeAttachment", 21, 24, "storage.k8s.io/v1", 13 },
  { "storage.k8s.io/v1alpha1", "VolumeAttributesClass", 32, 35, "storage.k8s.io/v1", 34 },
  { "storage.k8s.io/v1beta1", "CSIDriver", 19, 22, "storage.k8s.io/v1", 18 },
  { "storage.k8s.io/v1beta1", "CSINode", 17, 22, "storage.k8s.io/v1", 17 },
  { "storage.k8s.io/v1beta1", "CSIStorageCapacity", 24, 27, "storage.k8s.io/v1", 24 },
  { "storage.k8s.io/v1beta1", "StorageClass VolumeAttachment", 19, 22, "storage.k8s.io/v1", 13 },
  { "storage.k8s.io/v1beta1", "VolumeAttributesClass", 34, 37, "storage.k8s.io/v1", 34 },
  { "v1", "ComponentStatus", 19, false },
  { "v1", "Endpoints", 33, false, "discovery.k8s.io/v1", 21 },
}

-- what takes over under another kind
local RENAMED = { ["v1 Endpoints"] = "EndpointSlice" }

local kinds = {}    -- api_version = kind = true
local members = {}  -- group = a list of its kinds
local versions = {} -- "group kind" = a list of versions, the newest first
local groups = {}   -- kind = a list of the groups that have it
local changes = {}  -- "api_version kind" = its change
local changed = {}  -- a list of "api_version/kind" that have one

local function split_version(api_version)
  local parts = string.split(api_version, "/")
  return parts[2] and parts[1] or "", parts[2] or parts[1]
end

local function join(group, version)
  return group == "" and version or group .. "/" .. version
end

for _, row in ipairs(SERVED) do
  local api_version, group, version = row[1], split_version(row[1])
  kinds[api_version] = {}
  members[group] = members[group] or {}
  for _, kind in ipairs(string.split(row[2], " ")) do
    local key = group .. " " .. kind
    kinds[api_version][kind] = true
    if not versions[key] then
      versions[key] = {}
      table.insert(members[group], kind)
      groups[kind] = groups[kind] or {}
      table.insert(groups[kind], group)
    end
    table.insert(versions[key], version)
  end
end

local function add_change(api_version, kind, change)
  local key = api_version .. " " .. kind
  if changes[key] then return end
  changes[key] = change
  table.insert(changed, api_version .. "/" .. kind)
end

for _, row in ipairs(CHANGES) do
  local api_version, names, deprecated, removed, replacement, since = table.unpack(row, 1, 6)
  for _, kind in ipairs(string.split(names, " ")) do
    local heir = RENAMED[api_version .. " " .. kind] or kind
    add_change(api_version, kind, {
      deprecated = deprecated, removed = removed or nil, replacement = replacement, since = since, kind = heir,
    })
    if replacement then add_change(replacement, heir, { since = since, kind = heir }) end
  end
end

-- What is handed out is the caller's own: rules must not be able to change what others see.
local function copy(list)
  return list and { table.unpack(list) }
end

--- Whether any Kubernetes serves or served `kind` under `api_version`.
--- Example:
---   apis.has("apps/v1", "Deployment")  --> true
---   apis.has("v1", "Deployment")  --> false
function apis.has(api_version, kind)
  local of = kinds[api_version]
  return of ~= nil and of[kind] == true
end

--- The kinds that the group of Kubernetes itself ever had, as a list; nil where it is none of its own.
--- Example:
---   apis.kinds("node.k8s.io")[1]  --> "RuntimeClass"
---   apis.kinds("acme.com")  --> nil
function apis.kinds(group)
  return copy(members[group])
end

--- The versions of the group that ever had the kind, as a list, the newest first; nil where none had.
--- Example:
---   apis.versions("autoscaling", "HorizontalPodAutoscaler")[1]  --> "v2"
---   apis.versions("apps", "Service")  --> nil
function apis.versions(group, kind)
  return copy(versions[str(group, "") .. " " .. str(kind, "")])
end

--- The groups that have or had a kind, as a list; the core group is "". nil where Kubernetes has none.
--- Example:
---   apis.groups("Deployment")[1]  --> "apps"
---   apis.groups("Rollout")  --> nil
function apis.groups(kind)
  return copy(groups[kind])
end

--- What became of a kind under an API version, in minor versions of Kubernetes 1: a table with `since` (when it
--- or what replaces it came), `deprecated`, `removed` (nil: not planned), `replacement` (an API version; nil: nothing
--- takes over) and `kind` (that of the replacement). nil where nothing is known.
--- Example:
---   apis.change("batch/v1beta1", "CronJob").removed  --> 25
---   apis.change("batch/v1", "CronJob").since  --> 21
---   apis.change("v1", "Service")  --> nil
function apis.change(api_version, kind)
  local change = changes[str(api_version, "") .. " " .. str(kind, "")]
  if change == nil then return nil end
  return {
    since = change.since, deprecated = change.deprecated, removed = change.removed,
    replacement = change.replacement, kind = change.kind,
  }
end

--- The API version under which a kind is to be used today; where all are removed, the last. nil where Kubernetes
--- has no such kind.
--- Example:
---   apis.home("Ingress")  --> "networking.k8s.io/v1"
---   apis.home("PodSecurityPolicy")  --> "policy/v1beta1"
---   apis.home("Rollout")  --> nil
function apis.home(kind)
  local last, latest
  for group in each(groups[kind]) do
    local home = join(group, versions[group .. " " .. kind][1])
    local change = changes[home .. " " .. kind]
    if not (change and change.removed) then return home end
    if latest == nil or change.removed > latest then last, latest = home, change.removed end
  end
  return last
end

-- v2 is newer than v1, and v1 than v1beta2, than v1alpha1; nil where the text is no version.
local STAGES = { alpha = 0, beta = 1 }
local STABLE = 2e8
local function rank(version)
  local major, stage, minor = re.match(version, "^v(\\d{1,4})(?:(alpha|beta)(\\d{1,4}))?$")
  if major == nil then return nil end
  return (stage and STAGES[stage] * 1e8 or STABLE) + tonumber(major) * 1e4 + tonumber(minor or 0)
end

--- Whether a version that nothing is known of may be one that a newer Kubernetes has: the kind has no stable
--- version yet, is not gone for good, and the version goes beyond all that are known.
--- Example:
---   apis.may_come("resource.k8s.io", "DeviceTaintRule", "v1")  --> true
---   apis.may_come("apps", "Deployment", "v2")  --> false
---   apis.may_come("policy", "PodSecurityPolicy", "v1")  --> false
function apis.may_come(group, kind, version)
  local known = versions[str(group, "") .. " " .. str(kind, "")]
  if known == nil or type(group) ~= "string" then return false end
  local change = changes[join(group, known[1]) .. " " .. kind]
  if change and change.removed and not change.replacement then return false end
  local latest, asked = rank(known[1]), rank(version)
  return asked ~= nil and latest < STABLE and asked > latest
end

--- What `apis.change` knows of, as a list for a rule's `kinds`.
--- Example:
---   apis.changed()[1]  --> "extensions/v1beta1/DaemonSet"
function apis.changed()
  return copy(changed)
end

--- The minor version of a version of Kubernetes 1, as `v1.34.2` or `1.34`; nil where the text is none.
--- Example:
---   apis.minor("v1.34.2-gke.100")  --> 34
---   apis.minor("2.0")  --> nil
function apis.minor(text)
  local digits = re.match(text, "^v?1\\.(\\d{1,3})(?!\\d)")
  return digits and tonumber(digits)
end

--- The minor version of the cluster that the policy names: the rule's parameter `kubernetes_version`, else
--- `vars.kubernetes_version`; nil where neither is set. Raises where what is set is no version, as 1.30 without quotes.
--- Example:
---   apis.cluster({ params = { kubernetes_version = "1.30" } })                                    --> 30
---   apis.cluster({ params = { kubernetes_version = "" }, vars = { kubernetes_version = "1.31" } })  --> 31
---   apis.cluster({ params = { kubernetes_version = "" }, vars = {} })                             --> nil
function apis.cluster(ctx)
  local version = ctx.params.kubernetes_version
  if version == "" then version = ctx.vars.kubernetes_version end
  if version == nil then return nil end
  local minor = apis.minor(version)
  if minor == nil then
    error("kubernetes_version is a text like \"1.34\", in quotes, and not " .. tostring(version), 0)
  end
  return minor
end

--- What a message says of what to use instead of a kind with that change.
--- Example:
---   apis.instead(apis.change("batch/v1beta1", "CronJob"), "CronJob")  --> "; use batch/v1, which came with 1.21"
function apis.instead(change, kind)
  if change.replacement == nil then return ", and nothing takes over" end
  return string.format("; use %s%s, which came with 1.%d", change.kind == kind and "" or change.kind .. " of ",
    change.replacement, change.since)
end

return apis
