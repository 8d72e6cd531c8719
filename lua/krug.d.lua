---@meta _

-- What a rule of krug may use, for the Lua language server. Rules do not load this file; a test holds it to what the
-- program has. The modules `k8s`, `istio` and `apis` are in files of their own.

---A place in a manifest: what `at` answers. Findings and facts take it; it has no fields.
---@class krug.Place

---Where a finding may be: a place, or a table of the document. nil is the resource as a whole.
---@alias krug.Where krug.Place|table|nil

---@alias krug.Level "error"|"warn"|"info"|"off"

---@alias krug.Key string|number|boolean|krug.Scope|(string|number|boolean|krug.Scope)[]

---What `param` answers.
---@class krug.Param

---What `pass` and `fail` answer.
---@class krug.Example

---The table that a rule is made of.
---@class krug.RuleTable
---@field title string one line: what is true when the rule passes
---@field level krug.Level its own level; policies decide otherwise
---@field kinds? string[] the resources it looks at: "Service", "v1/Service", "apps/Deployment", "workload", "*"
---@field on? "file"|"krug" "file": it looks at each file, instead of `kinds` ("krug": told by krug itself)
---@field notes? string[] instead of `kinds`: what the reader noted, such as "duplicate-key"
---@field patches? boolean true: it also looks at kustomize patches
---@field params? table<string, krug.Param> what policies may set
---@field whole? boolean it needs the whole repository: it is not run with --isolated
---@field apart? "key"|"scope" of rules with `join`: no key is judged by facts of another key, or of another ctx.scope
---@field witness? string[] kinds of `collect` at which nothing is told
---@field silent? string[] kinds of `collect`: a key of nothing but their facts is not joined; else the witnesses
---@field least? integer a key of fewer facts is not joined
---@field when? fun(doc: any, ctx: krug.Context): any the rule is skipped where this answers nil or false
---@field after? string[] ids of rules: it is skipped on a resource that has a finding of one of them
---@field check? fun(doc: any, ctx: krug.Context) judges one document, file or note
---@field collect? table<string, fun(doc: any, ctx: krug.Context)> by kind: notes facts with `ctx:emit`
---@field join? fun(key: any, facts: krug.Fact[], ctx: krug.Context) judges all facts under one key
---@field why? string why the rule is there
---@field fix? string what to do about its findings
---@field links? string[] pages about it
---@field aka? string[] codes of other tools, and former ids
---@field examples? krug.Example[] manifests that pass and fail

---The table that an example is made of: the manifest first, then what is said about it.
---@class krug.ExampleTable
---@field [1] string the manifest
---@field line? integer of the first finding
---@field column? integer of the first finding
---@field message? string a part of the first finding's message
---@field count? integer how many findings there are
---@field path? string the path of the file
---@field params? table<string, any> values of parameters
---@field namespace? string the namespace that the path stands for
---@field kustomization? string the namespace that a kustomization sets
---@field patch? boolean whether a kustomization uses the file as a patch
---@field policy? string the text of a policy.yaml
---@field files? table other files of the repository

---What a rule may know besides the document.
---@class krug.Context
---@field params table<string, any> the rule's parameters, as they are set for the namespace
---@field vars table<string, any> the policy's variables
---@field namespace krug.Namespace
---@field scope krug.Scope
---@field resource krug.Resource nil for rules about files
---@field document krug.Position
---@field file krug.File
local context = {}

---Tells a finding. `options.also` is a list of { place, "text" }; the format is that of string.format.
---@param place krug.Where
---@param options table
---@param format string
---@param ... any
---@overload fun(self: krug.Context, place: krug.Where, format: string, ...: any)
function context:fail(place, options, format, ...) end

---Shows a line where the rule is traced (`krug lint --trace RULE`).
---@param format string
---@param ... any
function context:log(format, ...) end

---In `collect`: notes a fact under a key. A value is plain data and places.
---@param key krug.Key
---@param value any
function context:emit(key, value) end

---In `join`: the facts under another key of the same rule.
---@param key krug.Key
---@return krug.Fact[]
function context:facts(key) end

---Whether the policy's `elsewhere` says that there is such an object outside of the repository: to be asked
---before a rule says that there is none. What is no text names nothing.
---@param kind string "Secret", "networking.istio.io/Gateway"
---@param namespace any nil for what has none
---@param name any
---@return boolean
function context:elsewhere(kind, namespace, name) end

---Paths in the repository that match a glob. Called with a dot or a colon.
---@param glob string
---@return string[]
function context.files(glob) end

---A fact, as `join` sees it.
---@class krug.Fact
---@field value any what was emitted
---@field resource krug.FactResource
---@field scope krug.Scope
---@field file string the path of its file
---@field namespace string|nil
---@field params table<string, any> the rule's parameters where the fact comes from

---The resource that a fact comes from.
---@class krug.FactResource
---@field api_version string
---@field kind string
---@field namespace string|nil
---@field name string|nil
---@field document integer which document of its file, from 1
---@field item integer|nil which item of a List, from 1

---The namespace of the document, as policies and Namespace objects describe it.
---@class krug.Namespace
---@field name string|nil
---@field owner string|nil
---@field labels table<string, string>
---@field annotations table<string, string>
---@field known boolean whether a Namespace object or the policy speaks of it
---@field disputed boolean several Namespace objects of the name disagree: labels are those that all say
---@field paths string[][] globs of the paths that may write to it
---@field from string "kustomization", "metadata", "path" or "itself"
---@field kustomization string|nil the path of the kustomization that decides

---Where a resource lives; a key for facts.
---@class krug.Scope
---@field cluster string|nil
---@field namespace string|nil
---@field directory string|nil where the namespace is unknown

---@class krug.Resource
---@field api_version string
---@field group string "" for the core group
---@field version string
---@field kind string
---@field name string|nil
---@field namespace string|nil as the manifest says
---@field scope "namespaced"|"cluster"|"client"|"unknown"
---@field patch boolean
---@field pod_template string|nil the dotted path of its pod template; "" for a Pod

---Which document of its file this is.
---@class krug.Position
---@field index integer|nil from 1
---@field count integer
---@field item integer|nil which item of a List, from 1

---@class krug.File
---@field path string
---@field directory string
---@field name string
---@field extension string
---@field text string
---@field captures table<string, string> what the layout takes from the path
---@field namespace string|nil that the path stands for
---@field cluster string|nil that the path stands for
---@field in_layout boolean|nil nil where there is no layout
---@field layout_reason string|nil why the path stands for no namespace
---@field patch boolean
---@field placed boolean whether a kustomization says the namespace
---@field renamed boolean whether a kustomization that builds the file changes names
---@field relabelled boolean whether a kustomization that builds the file changes labels of pods
---@field documents krug.DocumentSummary[] for rules with on = "file"

---A document, as rules about files see it. It is a place.
---@class krug.DocumentSummary
---@field index integer
---@field type "resource"|"list"|"other"|"empty"|"refused"
---@field comments boolean whether an empty one holds some
---@field resources integer
---@field api_version string|nil
---@field kind string|nil
---@field name string|nil
---@field namespace string|nil
---@field missing string|nil
---@field misspelt table|nil a place, with `text`
---@field separator table|nil a place
---@field comments boolean whether it holds comments and nothing else

---What the reader noted. It is a place.
---@class krug.Note
---@field kind string
---@field text string
---@field style string
---@field is_key boolean
---@field key string|nil
---@field value any
---@field reason string|nil
---@field other table|nil a second place

---Makes a rule; a rule file ends in `return rule { ... }`.
---@param given krug.RuleTable
---@return table
function rule(given) end

---An example that the rule says nothing about.
---@param given krug.ExampleTable
---@return krug.Example
function pass(given) end

---An example that the rule finds something in.
---@param given krug.ExampleTable
---@return krug.Example
function fail(given) end

---A parameter: "string", "integer", "number", "boolean" or "any", alone or as "list of ..." or "map of ...".
---@param kind string
---@param default any
---@param purpose string
---@return krug.Param
function param(kind, default, purpose) end

---Walks a list: value and index from 1; nulls are skipped. Walks nothing where `list` is none.
---@param list any
---@return fun(): any, integer
function each(list) end

---The place of the deepest part of the path that exists.
---@param table any
---@param ... string|integer
---@return krug.Place
function at(table, ...) end

---`x` where it is a number, else `default`.
---@param x any
---@param default? any
---@return any
function num(x, default) end

---`x` where it is a string, else `default`.
---@param x any
---@param default? any
---@return any
function str(x, default) end

---Items of a list (nulls counted), keys of a map, else 0.
---@param x any
---@return integer
function count(x) end

---@param table any
---@param key? any
---@return "missing"|"null"|"map"|"list"|"string"|"number"|"boolean"
function typeof(table, key) end

---Whether the key is there and null.
---@param table any
---@param key any
---@return boolean
function null(table, key) end

---Whether `name` matches, as globs of policies do: `*` matches anything.
---@param pattern string
---@param name any
---@return boolean
function glob(pattern, name) end

---Whether `path` matches, as globs of paths do: `*` stops at `/`, `**` does not.
---@param pattern string
---@param path any
---@return boolean
function glob_path(pattern, path) end

---Regular expressions (PCRE2). What is no text holds no match.
re = {}

---@param text any
---@param pattern string
---@return boolean
function re.test(text, pattern) end

---The groups of the first match, or the whole where the pattern has none.
---@param text any
---@param pattern string
---@return string? ...
function re.match(text, pattern) end

---Where the first match begins and ends.
---@param text any
---@param pattern string
---@param init? integer
---@return integer? first
---@return integer? last
function re.find(text, pattern, init) end

---A module: `k8s`, `istio`, `apis`, or one of the policy's lib/.
---@param name string
---@return any
function require(name) end

---@param x any
---@return fun(): any, any
function pairs(x) end

---@param x any
---@return fun(): integer, any
function ipairs(x) end

---@param n integer|"#"
---@param ... any
---@return any ...
function select(n, ...) end

---@param x any
---@return "nil"|"number"|"string"|"boolean"|"table"|"function"|"userdata"
function type(x) end

---@param x any
---@return string
function tostring(x) end

---@param x any
---@param base? integer
---@return number|nil
function tonumber(x, base) end

---@param message any
---@param level? integer
function error(message, level) end

---@generic T
---@param x? T
---@param message? any
---@param ... any
---@return T
---@return any ...
function assert(x, message, ...) end

---@param f function
---@param ... any
---@return boolean success
---@return any ...
function pcall(f, ...) end

---Texts. There are no Lua patterns: `find` takes plain text.
string = {}

---@param s string
---@param i? integer
---@param j? integer
---@return integer ...
function string.byte(s, i, j) end

---@param ... integer
---@return string
function string.char(...) end

---@param s string
---@param ending string
---@return boolean
function string.ends_with(s, ending) end

---@param s string
---@param text string
---@param init? integer
---@return integer? first
---@return integer? last
function string.find(s, text, init) end

---A value that does not fit its directive is written in words.
---@param format string
---@param ... any
---@return string
function string.format(format, ...) end

---@param s string
---@return integer
function string.len(s) end

---@param s string
---@return string
function string.lower(s) end

---The one of the list's strings that `text` was probably meant to be.
---@param text string
---@param list string[]
---@return string|nil
function string.near(text, list) end

---@param s string
---@param n integer
---@param separator? string
---@return string
function string.rep(s, n, separator) end

---@param s string
---@return string
function string.reverse(s) end

---The one of the strings that was probably meant, or nil where none is near.
---@param s string
---@param list string[]
---@return string|nil
function string.near(s, list) end

---@param s string
---@param separator string plain text
---@return string[]
function string.split(s, separator) end

---@param s string
---@param start string
---@return boolean
function string.starts_with(s, start) end

---@param s string
---@param i integer
---@param j? integer
---@return string
function string.sub(s, i, j) end

---@param s string
---@return string
function string.trim(s) end

---@param s string
---@return string
function string.upper(s) end

---Tables that the rule made itself.
table = {}

---@param list any[]
---@param separator? string
---@param i? integer
---@param j? integer
---@return string
function table.concat(list, separator, i, j) end

---@param list any[]
---@param position integer
---@param value any
---@overload fun(list: any[], value: any)
function table.insert(list, position, value) end

---@param list any[]
---@param position? integer
---@return any
function table.remove(list, position) end

---@generic T
---@param list T[]
---@param less? fun(a: T, b: T): boolean
function table.sort(list, less) end

---@param list any[]
---@param i? integer
---@param j? integer
---@return any ...
function table.unpack(list, i, j) end

math = {}

---@type number
math.huge = nil
---@type integer
math.maxinteger = nil
---@type integer
math.mininteger = nil
---@type number
math.pi = nil

---@param x number
---@return number
function math.abs(x) end

---@param x number
---@return integer
function math.ceil(x) end

---@param x number
---@return number
function math.exp(x) end

---@param x number
---@return integer
function math.floor(x) end

---@param x number
---@param y number
---@return number
function math.fmod(x, y) end

---@param x number
---@param base? number
---@return number
function math.log(x, base) end

---@param x number
---@param ... number
---@return number
function math.max(x, ...) end

---@param x number
---@param ... number
---@return number
function math.min(x, ...) end

---@param x number
---@return number whole
---@return number fraction
function math.modf(x) end

---@param x number
---@return number
function math.sqrt(x) end

---@param x any
---@return integer|nil
function math.tointeger(x) end

---@param x any
---@return "integer"|"float"|nil
function math.type(x) end

---@param a integer
---@param b integer
---@return boolean
function math.ult(a, b) end

utf8 = {}

---@type string
utf8.charpattern = nil

---@param ... integer
---@return string
function utf8.char(...) end

---@param s string
---@param i? integer
---@param j? integer
---@return integer ...
function utf8.codepoint(s, i, j) end

---@param s string
---@return fun(): integer, integer
function utf8.codes(s) end

---@param s string
---@param i? integer
---@param j? integer
---@return integer?
---@return integer?
function utf8.len(s, i, j) end

---@param s string
---@param n integer
---@param i? integer
---@return integer
function utf8.offset(s, n, i) end
