---@meta apis

-- made from the comments in lua/ by test/lua_test.py --write

local apis = {
  oldest = 34,
}

---Whether any Kubernetes serves or served `kind` under `api_version`.
---@param api_version any
---@param kind any
---@return any ...
function apis.has(api_version, kind) end

---The kinds that the group of Kubernetes itself ever had, as a list; nil where it is none of its own.
---@param group any
---@return any ...
function apis.kinds(group) end

---The versions of the group that ever had the kind, as a list, the newest first; nil where none had.
---@param group any
---@param kind any
---@return any ...
function apis.versions(group, kind) end

---The groups that have or had a kind, as a list; the core group is "". nil where Kubernetes has none.
---@param kind any
---@return any ...
function apis.groups(kind) end

---What became of a kind under an API version, in minor versions of Kubernetes 1: a table with `since` (when it
---or what replaces it came), `deprecated`, `removed` (nil: not planned), `replacement` (an API version; nil: nothing
---takes over) and `kind` (that of the replacement). nil where nothing is known.
---@param api_version any
---@param kind any
---@return any ...
function apis.change(api_version, kind) end

---The API version under which a kind is to be used today; where all are removed, the last. nil where Kubernetes
---has no such kind.
---@param kind any
---@return any ...
function apis.home(kind) end

---Whether a version that nothing is known of may be one that a newer Kubernetes has: the kind has no stable
---version yet, is not gone for good, and the version goes beyond all that are known.
---@param group any
---@param kind any
---@param version any
---@return any ...
function apis.may_come(group, kind, version) end

---What `apis.change` knows of, as a list for a rule's `kinds`.
---@return any ...
function apis.changed() end

---The minor version of a version of Kubernetes 1, as `v1.34.2` or `1.34`; nil where the text is none.
---@param text any
---@return any ...
function apis.minor(text) end

---The minor version of the cluster that the policy names: the rule's parameter `kubernetes_version`, else
---`vars.kubernetes_version`; nil where neither is set. Raises where what is set is no version, as 1.30 without quotes.
---@param ctx? krug.Context
---@return any ...
function apis.cluster(ctx) end

---What a message says of what to use instead of a kind with that change.
---@param change any
---@param kind any
---@return any ...
function apis.instead(change, kind) end

return apis
