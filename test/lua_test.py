#!/usr/bin/env python3
"""lua_test.py KRUG [--write]: holds the modules that rules `require` to what they say of themselves.

Every function `k8s.NAME` and `istio.NAME` has a comment of lines with `---` above it, with `--- Example:` and lines of
Lua behind. `EXPRESSION --> VALUES` must hold, `--> TEXT` alone is what `print` has printed. The examples run as a
rule in the real program; so do calls with arguments of every type, calls on manifests with every node changed in
turn, and readings that this file works out by itself. docs/library.md and the annotations for editors are made of
the same comments; --write does it.
"""
import fractions, itertools, json, os, random, re, subprocess, sys, tempfile

import library
from library import ROOT

HELPERS = """
local function same(a, b)
  if type(a) ~= type(b) then return false end
  if type(a) == "number" then return a == b and math.type(a) == math.type(b) end
  if type(a) ~= "table" then return a == b end
  for key, value in pairs(a) do if not same(value, b[key]) then return false end end
  for key in pairs(b) do if a[key] == nil then return false end end
  return true
end
local function words(x)
  if type(x) == "string" then return string.format("%q", x) end
  if type(x) ~= "table" then return x == nil and "nil" or tostring(x) end
  local parts = {}
  for key, value in pairs(x) do table.insert(parts, tostring(key) .. " = " .. words(value)) end
  return "{ " .. table.concat(parts, ", ") .. " }"
end
local function pack(...) return { n = select("#", ...), ... } end
local function list(packed)
  local parts = {}
  for i = 1, packed.n do parts[i] = words(packed[i]) end
  return packed.n == 0 and "nothing" or table.concat(parts, ", ")
end
"""

RULE = """%s
local k8s, istio, apis = require "k8s", require "istio", require "apis"
return rule {
  title = "test", level = "error", kinds = { "*" },
  check = function(doc, ctx)
    local ran = 0
    local function tell(where, format, ...) ctx:fail(at(doc), "%%s: %%s", where, string.format(format, ...)) end
%s
    ctx:fail(at(doc), "ran %%d", ran)
  end,
}
"""


def check_comments(all_functions):
    for function in all_functions:
        if not " ".join(function.text).strip():
            yield "%s:%d: %s has no comment" % (function.path, function.line, function.signature())
        if not any("-->" in text for _, text in function.example):
            yield "%s:%d: %s has no example" % (function.path, function.line, function.signature())


def example_code(function):
    """One example as Lua, and how many values it compares."""
    code, printed, checks = ["do", "local out = {}", "local ok, why = pcall(function()", "local function print(...)",
                             "  local parts = pack(...)", "  for i = 1, parts.n do parts[i] = tostring(parts[i]) end",
                             '  table.insert(out, table.concat(parts, " "))', "end"], [], 0
    for line, text in function.example:
        expression, arrow, expected = text.partition("-->")
        where = "%s:%d" % (function.path, line)
        if not arrow:
            code.append(text)
        elif not expression.strip():
            printed.append(expected.strip())
        else:
            checks += 1
            code.append("ran = ran + 1; do local got, want = pack(%s), pack(%s)" % (expression.strip(), expected))
            code.append("for i = 1, math.max(got.n, want.n) do if not same(got[i], want[i]) then")
            code.append("tell(%s, 'it is %%s', list(got)); break end end end" % json.dumps(where))
    where = json.dumps("%s:%d" % (function.path, function.line))
    code.append("end) if not ok then tell(%s, 'the example raises: %%s', why) end" % where)
    if printed:
        checks += 1
        wanted = "{ %s }" % ", ".join(json.dumps(text) for text in printed)
        code.append("ran = ran + 1; if not same(out, %s) then" % wanted)
        code.append("tell(%s, 'it prints %%s', words(out)) end" % where)
    return code + ["end"], checks


def lint(krug, rule, documents):
    """The messages of the findings, and all that went wrong otherwise."""
    with tempfile.TemporaryDirectory() as place:
        os.makedirs(os.path.join(place, ".policy", "rules", "library"))
        with open(os.path.join(place, ".policy", "policy.yaml"), "w", encoding="utf-8") as file:
            file.write("root: true\n")
        with open(os.path.join(place, ".policy", "rules", "library", "test.lua"), "w", encoding="utf-8") as file:
            file.write(rule)
        with open(os.path.join(place, "manifest.yaml"), "w", encoding="utf-8") as file:
            file.write("".join("---\n%s\n" % json.dumps(document) for document in documents))
        done = subprocess.run([krug, "lint", "-r", "library/*", "-f", "json"], cwd=place, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        if not done.stdout.startswith("{"):
            return [], [done.stderr or "krug prints nothing"]
        report = json.loads(done.stdout)
        return ([finding["message"] for finding in report["findings"]],
                [problem["message"] for problem in report["problems"]])


def run(krug, what, code, documents, wanted):
    """Runs CODE on each document; it counts in `ran` what it has compared, WANTED each time (None: any)."""
    messages, problems = lint(krug, RULE % (HELPERS, "\n".join(code)), documents)
    counts = [int(message[4:]) for message in messages if message.startswith("ran ")]
    for message in messages:
        if not message.startswith("ran "):
            yield message
    for problem in problems:
        yield "%s: %s" % (what, problem)
    if len(counts) != len(documents) or not all(counts):
        yield "%s: ran on %d of %d documents" % (what, len([count for count in counts if count]), len(documents))
    elif wanted is not None and set(counts) != {wanted}:
        yield "%s: compared %s of %d" % (what, counts, wanted)


CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "team-a"},
              "data": {"app.yaml": "limit: 3", "bad.yaml": "a: ["}}


def check_examples(krug, all_functions):
    for path in sorted({function.path for function in all_functions}):
        code, checks = [], 0
        for function in all_functions:
            if function.path == path:
                lines, count = example_code(function)
                code += lines
                checks += count
        yield from run(krug, path, code, [CONFIG_MAP], checks)


# ---- calls with anything ----

# what is told to the author of a policy
RAISES = ("apis.cluster(ctx)",)

JUNK = """
local nothing = {}
local junk = { nothing, true, 1, -0.5, 1e300, "", "a/b", "100Mi", "x=y", {}, { 1, {} }, { { name = 1 }, "x" },
  { a = { b = {} }, spec = "x", metadata = { 1 } }, { matchLabels = "x" }, { matchExpressions = { 1, { key = {} } } } }
local function call(name, called, ...)
  local ok, got = pcall(called, ...)
  ran = ran + 1
  if ok and type(got) == "function" then
    ok, got = pcall(function() for _ in got do ran = ran + 1 end end)
  end
  if not ok then tell(name, "raises: %s", got) end
end
"""


def check_junk(krug, all_functions):
    """Each function with each value of each type as each argument; `ctx` is a real one or nothing."""
    for function in all_functions:
        if function.signature() in RAISES:
            continue
        code = [JUNK, "local function value(x) if x == nothing then return nil end return x end"]
        for i, argument in enumerate(function.arguments):
            pool = "{ ctx, nothing }" if argument == "ctx" else "junk"
            code.append("for _, a%d in ipairs(%s) do" % (i, pool))
        call = ", ".join(["%r" % function.name, "%s.%s" % (function.module, function.name)]
                         + ["value(a%d)" % i for i in range(len(function.arguments))])
        code.append("call(%s)" % call)
        code += ["end"] * len(function.arguments)
        yield from run(krug, function.signature(), code, [CONFIG_MAP], None)


CONTAINER = {
    "name": "app", "image": "acme/echo:1", "env": [{"name": "A", "value": "1"}],
    "ports": [{"name": "http", "containerPort": 8080}], "securityContext": {"runAsUser": 1},
    "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "1Gi"}},
    "livenessProbe": {"httpGet": {"port": "http"}, "periodSeconds": 5}}
TEMPLATE = {
    "metadata": {"labels": {"app": "echo"}, "annotations": {"proxy.istio.io/config": "concurrency: 2"}},
    "spec": {"containers": [CONTAINER], "initContainers": [{"name": "istio-proxy", "restartPolicy": "Always"}],
             "serviceAccountName": "a", "securityContext": {"runAsUser": 1}, "hostNetwork": False}}
SELECTOR = {"matchLabels": {"app": "echo"}, "matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]}
SAMPLES = [
    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "namespace": "b", "labels": {"a": "b"}},
     "spec": {"replicas": 2, "selector": SELECTOR, "template": TEMPLATE}},
    {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"},
     "spec": {"jobTemplate": {"spec": {"template": TEMPLATE}}}},
    {"apiVersion": "v1", "kind": "Service",
     "metadata": {"name": "a", "labels": {"a": "b"},
                  "annotations": {"networking.istio.io/exportTo": ".", "proxy.istio.io/config": "a: [b]"}},
     "spec": {"selector": {"app": "echo"}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}],
              "clusterIP": "None", "type": "ClusterIP", "exportTo": ["."]}},
    {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "a"},
     "spec": {"selector": SELECTOR}},
    {"apiVersion": "networking.istio.io/v1", "kind": "Sidecar", "metadata": {"name": "a"},
     "spec": {"workloadSelector": {"labels": {"app": "echo"}}, "selector": {"matchLabels": {"a": "b"}}}},
    {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "ownerReferences": [{"kind": "A"}]},
     "spec": TEMPLATE["spec"]},
]

ROLES = """
local spec = k8s.pod_spec(doc, ctx)
local first = spec.containers[1] or doc.spec
local roles = {
  doc = doc, ctx = ctx, spec = spec, template = k8s.pod_template(doc, ctx), service = doc, container = first,
  port = doc.spec.ports[1] or first.ports[1], probe = first.livenessProbe, selector = k8s.selector(doc),
  labels = k8s.pod_labels(doc, ctx) or doc.metadata.labels, x = first.image or first.resources.requests.cpu,
  a = first.resources.requests.cpu, b = first.resources.limits.memory, host = doc.metadata.name,
  gateway = doc.metadata.name, api_version = doc.apiVersion, kind = doc.kind, name = first.name, number = first.ports,
  protocol = first.ports[1].protocol, resource = "cpu", field = "runAsUser", namespace = ctx.namespace,
  total = doc.spec.replicas, reader = doc.metadata.namespace, up = doc.spec.replicas, version = "1.4",
  domain = doc.metadata.name, options = doc.spec, group = doc.metadata.name,
  text = doc.metadata.name, change = doc.spec, map = doc.metadata.annotations, key = "proxy.istio.io/config",
}
"""


def changed(node):
    """NODE with each node in it left out, or made something else, in turn."""
    others = (None, True, 1, "x", [], {}, [None, "x"])
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
    for key in keys:
        copy = dict(node) if isinstance(node, dict) else list(node)
        del copy[key]
        yield copy
        for other in itertools.chain(others, changed(node[key])):
            copy = dict(node) if isinstance(node, dict) else list(node)
            copy[key] = other
            yield copy


def check_changed(krug, all_functions):
    """Each function with what its arguments are named after, on manifests with every node changed in turn."""
    documents = []
    for sample in SAMPLES:
        documents += [document for document in changed(sample)
                      if document.get("kind") == sample["kind"] and document.get("apiVersion") == sample["apiVersion"]]
    code = [JUNK, ROLES]
    for function in all_functions:
        if function.signature() in RAISES:
            continue
        called = ["%r" % function.name, "%s.%s" % (function.module, function.name)]
        code.append("call(%s)" % ", ".join(called + ["roles.%s" % name for name in function.arguments]))
    named = {name for function in all_functions for name in function.arguments}
    known = set(re.findall(r"(\w+) = ", ROLES.split("roles =")[1]))
    for name in sorted(named - known):
        yield "the test has no value for arguments named `%s`" % name
    yield from run(krug, "changed manifests", code, documents, None)


def check_own(krug):
    """What apis hands out is the caller's own: changing it changes nothing for the next rule or document."""
    calls = ('apis.kinds("node.k8s.io")', 'apis.versions("apps", "Deployment")', 'apis.groups("Deployment")',
             "apis.changed()", 'apis.change("batch/v1beta1", "CronJob")')
    code = []
    for call in calls:
        code.append("""
    do
      local got, before = %s, words(%s)
      ran = ran + 1
      for key in pairs(got) do got[key] = "changed" end
      if words(%s) ~= before or words(got) == before then tell("apis", "%%s is shared", %s) end
    end""" % (call, call, call, json.dumps(call)))
    yield from run(krug, "apis", code, [CONFIG_MAP], len(calls))


# ---- readings of our own ----

def requirements():
    for key in ("a", "b"):
        yield {"matchLabels": {key: "1"}}, lambda labels, key=key: labels.get(key) == "1"
        yield {"matchLabels": {key: "2"}}, lambda labels, key=key: labels.get(key) == "2"
        for values in (["1"], ["2"], ["1", "2"]):
            yield ({"matchExpressions": [{"key": key, "operator": "In", "values": values}]},
                   lambda labels, key=key, values=values: labels.get(key) in values)
            yield ({"matchExpressions": [{"key": key, "operator": "NotIn", "values": values}]},
                   lambda labels, key=key, values=values: labels.get(key) not in values)
        yield ({"matchExpressions": [{"key": key, "operator": "Exists"}]},
               lambda labels, key=key: key in labels)
        yield ({"matchExpressions": [{"key": key, "operator": "DoesNotExist"}]},
               lambda labels, key=key: key not in labels)


def merge(chosen):
    selector = {}
    for part, _ in chosen:
        for field, value in part.items():
            selector[field] = ({**selector.get(field, {}), **value} if isinstance(value, dict)
                               else selector.get(field, []) + value)
    return selector


def check_selectors(krug):
    """All selectors of up to two requirements on two labels of two values, with all sets of such labels."""
    cases = []
    for size in range(3):
        for chosen in itertools.combinations(list(requirements()), size):
            keys = [key for part, _ in chosen for key in part.get("matchLabels", ())]
            if len(keys) != len(set(keys)):
                continue  # one key has one value
            for a, b in itertools.product((None, "1", "2"), repeat=2):
                labels = {key: value for key, value in (("a", a), ("b", b)) if value}
                cases.append({"selector": merge(chosen), "labels": labels,
                              "selects": all(fits(labels) for _, fits in chosen)})
    code = ["""
    for case in each(doc.spec.cases) do
      local key, met, keys = k8s.selector_key(case.selector), 0, k8s.label_keys(case.labels)
      local seen = {}
      ran = ran + 1
      for _, other in ipairs(keys) do
        if other == key then met = met + 1 end
        if seen[other] then tell("label_keys", "%s twice", other) end
        seen[other] = true
      end
      if #keys > 2 * count(case.labels) + 1 then tell("label_keys", "%d keys", #keys) end
      if k8s.selects(case.selector, case.labels) ~= case.selects then
        tell("selects", "%s on %s is not %s", words(case.selector), words(case.labels), words(case.selects))
      end
      if case.selects and met ~= 1 then
        tell("keys", "%s and %s meet %d times", words(case.selector), words(case.labels), met)
      end
    end"""]
    document = {"apiVersion": "example.com/v1", "kind": "Cases", "metadata": {"name": "a"}, "spec": {"cases": cases}}
    yield from run(krug, "selectors", code, [document], len(cases))


JOIN = """
local k8s = require "k8s"
return rule {
  title = "pods that no budget selects", level = "error",
  collect = {
    ["policy/v1/PodDisruptionBudget"] = function(doc, ctx)
      local selector = k8s.selector(doc)
      ctx:emit({ ctx.scope, k8s.selector_key(selector) }, { selector = selector })
    end,
    ["v1/Pod"] = function(doc, ctx)
      ctx:emit({ ctx.scope, "pod" }, { labels = k8s.pod_labels(doc, ctx), scope = ctx.scope, name = at(doc, "kind") })
    end,
  },
  join = function(key, facts, ctx)
    for fact in each(facts) do
      local pod, selected = fact.value, 0
      for name in each(pod.name and k8s.label_keys(pod.labels)) do
        for other in each(ctx:facts({ pod.scope, name })) do
          if k8s.selects(other.value.selector, pod.labels) then selected = selected + 1 end
        end
      end
      if pod.name then ctx:fail(pod.name, "%s %d", fact.resource.name, selected) end
    end
  end,
}
"""


def check_join(krug):
    """In a real join every pod meets each budget that selects it once, in its own namespace alone."""
    chosen = [[requirement] for requirement in requirements()] + [[]]
    all_labels = [{key: value for key, value in (("a", a), ("b", b)) if value}
                  for a, b in itertools.product((None, "1", "2"), repeat=2)]
    documents, wanted = [], set()
    for i, requirement in enumerate(chosen * 2):
        documents.append({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
                          "metadata": {"name": "s%d" % i, "namespace": "n%d" % (i % 2)},
                          "spec": {"selector": merge(requirement)}})
    for i, labels in enumerate(all_labels):
        for n in range(2):
            documents.append({"apiVersion": "v1", "kind": "Pod", "spec": {},
                              "metadata": {"name": "p%d-%d" % (i, n), "namespace": "n%d" % n, "labels": labels}})
            selected = sum(all(fits(labels) for _, fits in requirement)
                           for j, requirement in enumerate(chosen * 2) if j % 2 == n)
            wanted.add("p%d-%d %d" % (i, n, selected))
    messages, problems = lint(krug, JOIN, documents)
    yield from problems
    for message in sorted(set(messages) ^ wanted):
        yield "join: %s is %s" % (message, "wrong" if message in messages else "missing")


SUFFIXES = {"": 1, "k": 10 ** 3, "M": 10 ** 6, "G": 10 ** 9, "T": 10 ** 12, "P": 10 ** 15, "E": 10 ** 18}
SUFFIXES.update({name: fractions.Fraction(1, 10 ** power) for name, power in (("m", 3), ("u", 6), ("n", 9))})
SUFFIXES.update({name + "i": 2 ** (10 * (i + 1)) for i, name in enumerate("KMGTPE")})
SUFFIXES.update({"e3": 10 ** 3, "E-2": fractions.Fraction(1, 100), "e+20": 10 ** 20,
                 "e-12": fractions.Fraction(1, 10 ** 12)})


def quantity(number, suffix):
    """In nano units, as Kubernetes rounds and cuts it."""
    nano = abs(fractions.Fraction(number)) * SUFFIXES[suffix] * 10 ** 9
    nano = min(-(-nano.numerator // nano.denominator), (2 ** 63 - 1) * 10 ** 9)
    return -nano if number.startswith("-") else nano


def check_quantities(krug):
    """Quantities of all suffixes, held against exact fractions."""
    choose, texts = random.Random(1), []
    numbers = ["0", "1", "-1", "+2", "1000", "1024", "0.5", ".5", "5.", "1.1", "-0.25", "123456789.123456789123",
               "9223372036854775807", "9223372036854775808", "9007199254740993", "0.0000000001", "00012",
               "9" * 20]
    for number, suffix in itertools.product(numbers, sorted(SUFFIXES)):
        texts.append((number + suffix, quantity(number, suffix)))
    cases = [{"a": texts[i][0], "b": other[0], "order": (texts[i][1] > other[1]) - (texts[i][1] < other[1]),
              "whole": texts[i][1] // 10 ** 9 if texts[i][1] % 10 ** 9 == 0 else None}
             for i in range(len(texts)) for other in (choose.choice(texts), choose.choice(texts), texts[i - 1])]
    refused = ["", ".", "-", "1 ", " 1", "1Kib", "1ki", "1MB", "e3", "1e", "1e1.5", "0x10", "1_000", "NaN", "inf",
               "--1", "1ei", "1\n", "1,5"]
    code = ["""
    for case in each(doc.spec.cases) do
      ran = ran + 1
      local order = k8s.compare_quantities(case.a, case.b)
      if order ~= case.order then tell("compare", "%s with %s is %s", case.a, case.b, words(order)) end
      local whole = k8s.quantity(case.a)
      if case.whole and not same(whole, case.whole) then tell("quantity", "%s is %s", case.a, words(whole)) end
      if not case.whole and math.type(whole) ~= "float" then tell("quantity", "%s is %s", case.a, words(whole)) end
    end
    for text in each(doc.spec.refused) do
      ran = ran + 1
      if k8s.quantity(text) ~= nil then tell("quantity", "%q is one", text) end
    end"""]
    document = {"apiVersion": "example.com/v1", "kind": "Cases", "metadata": {"name": "a"},
                "spec": {"cases": cases, "refused": refused}}
    yield from run(krug, "quantities", code, [document], len(cases) + len(refused))


def check_workloads(krug):
    """What k8s knows of workloads by itself is what the program knows (src/policy/workload.c)."""
    text = open(os.path.join(ROOT, "src", "policy", "workload.c"), encoding="utf-8").read()
    entries = re.findall(r'^    \{"(.*?)", "(\w+)", "([\w.]*)"\},$', text, re.M)
    documents = [{"apiVersion": group + "/v1" if group else "v1", "kind": kind, "metadata": {"name": path}}
                 for group, kind, path in entries]
    code = ["""
    ran = 1
    local path = k8s.pod_template_path(doc)
    if path ~= ctx.resource.pod_template or path ~= str(doc.metadata.name, "") then
      tell("pod_template_path", "%s of %s, not %s", words(path), doc.kind, words(ctx.resource.pod_template))
    end"""]
    if not documents:
        yield "src/policy/workload.c has no table of workloads any more"
    yield from run(krug, "workloads", code, documents, 1)


# ---- what is made of the comments ----

def check_made(all_functions, write):
    for name, text in library.made_files(all_functions):
        path = os.path.join(ROOT, name)
        if write:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        elif not os.path.exists(path) or open(path, encoding="utf-8").read() != text:
            yield "%s is stale: test/lua_test.py KRUG --write makes it anew" % name


# ---- the test of the test ----

def check_self(krug):
    """Wrong examples are told, each for what it is."""
    source = ["--- It answers.", "--- Example:", '---   k8s.quantity("1")  --> 2', "function k8s.wrong_value()",
              "--- It answers.", "--- Example:", '---   error("no")  --> 1', "function k8s.raises()",
              "--- It answers.", "--- Example:", "---   print(1)", "---   --> 2", "function k8s.prints()",
              "--- It answers.", "function k8s.no_example()", "function k8s.no_comment()"]
    wrong = list(library.read_functions("k8s", "self", source))
    told = list(check_comments(wrong)) + list(check_examples(krug, wrong))
    for part in ("self:3: it is 1", "self:8: the example raises: ", "self:13: it prints { 1 = \"1\" }",
                 "k8s.no_example() has no example", "k8s.no_comment() has no comment"):
        if not any(part in text for text in told):
            yield "a wrong example is not told: %s, but:\n%s" % (part, "\n".join(told))


def main():
    krug = os.path.abspath(sys.argv[1])
    all_functions = list(library.functions())
    wrong = list(check_comments(all_functions)) + list(check_examples(krug, all_functions))
    wrong += list(check_self(krug)) + list(check_junk(krug, all_functions)) + list(check_changed(krug, all_functions))
    wrong += list(check_own(krug))
    wrong += list(check_selectors(krug)) + list(check_join(krug)) + list(check_quantities(krug))
    wrong += list(check_workloads(krug)) + list(check_made(all_functions, "--write" in sys.argv[2:]))
    for text in sorted(set(wrong))[:50]:
        print(text)
    print("%d functions, %d wrong" % (len(all_functions), len(wrong)))
    return 1 if wrong or not all_functions else 0


sys.exit(main())
