#!/usr/bin/env python3
"""annotations_test.py KRUG: holds lua/*.d.lua, what the Lua language server knows of rules, to what there is.

Both ways: everything that a rule can reach is annotated, and everything that is annotated is there. What can be
walked is asked of the program, by a rule that lists its globals and their fields; fields of objects that only answer
when asked are taken from where the sources name them, and each is asked for too.
"""
import json, os, re, subprocess, sys, tempfile

from library import MODULES, ROOT

# class: file of the sources, and what its list of fields begins with
FIELDS = {
    "krug.Context": ("src/engine/context.c", "context_fields[] = {"),
    "krug.Namespace": ("src/engine/shared.c", "static void shared_make_namespace("),
    "krug.Resource": ("src/engine/context.c", "resource_fields[] = {"),
    "krug.Position": ("src/engine/context.c", "static void context_push_document("),
    "krug.Scope": ("src/engine/scope_object.c", "scope_fields[SCOPE_PARTS] ="),
    "krug.File": ("src/engine/file_object.c", "file_object_fields[] = {"),
    "krug.Fact": ("src/engine/facts.c", "fact_fields[] = {"),
    "krug.FactResource": ("src/engine/facts.c", "static void fact_push_resource("),
    "krug.RuleTable": ("lua/prelude.lua", "local RULE = {"),
    "krug.ExampleTable": ("lua/prelude.lua", "local EXAMPLE = {"),
}
# the same where fields are set one by one: all names behind these calls in a function
SET = {
    "krug.DocumentSummary": ("src/engine/file_object.c", "static void file_object_push_summary(", {"text"}),
    "krug.Note": ("src/engine/notes.c", "void notes_push(struct worker *worker", set()),
}


def read(path):
    return open(os.path.join(ROOT, path), encoding="utf-8").read()


def annotated_fields(text):
    """class: names of its fields and methods."""
    classes = {}
    for block in re.split(r"\n\n+", text):
        match = re.search(r"^---@class ([\w.]+)", block, re.M)
        if match:
            classes[match.group(1)] = set(re.findall(r"^---@field (\w+)", block, re.M))
    classes["krug.Context"] |= set(re.findall(r"^function context[.:](\w+)\(", text, re.M))
    return classes


def annotated_globals(text):
    """name: names of its fields, None for functions."""
    names = {name: None for name in re.findall(r"^function (\w+)\(", text, re.M)}
    for name in re.findall(r"^(\w+) = \{\}", text, re.M):
        names[name] = set(re.findall(r"^(?:function )?%s\.(\w+)" % name, text, re.M))
    return names


def source_fields(path, start):
    """The names in quotes, or before `=` in Lua, in the first braces after START."""
    text = read(path)
    part = text[text.index(start) + len(start) - 1:]
    part = part[part.index("fields[] = {"):] if "(" in start else part
    part = part[part.index("{"):]
    part = part[:part.index("};" if path.endswith(".c") else "\n}")]
    return set(re.findall(r'"(\w+)"' if path.endswith(".c") else r"(\w+) =", part))


def set_fields(path, start):
    text = read(path)
    body = text[text.index(start):]
    body = body[:body.index("\n}")]
    return set(re.findall(r'(?:lua_setfield|\w+_set_(?:text|field))\(L, (?:-2, )?"(\w+)"', body))


def compare(what, there, annotated):
    for name in sorted(there - annotated):
        yield "%s: `%s` is not annotated" % (what, name)
    for name in sorted(annotated - there):
        yield "%s: `%s` is annotated and does not exist" % (what, name)


def check_fields(classes):
    for name, (path, start) in FIELDS.items():
        there = source_fields(path, start)
        if not there:
            yield "%s has no fields at %s" % (path, start)
        yield from compare(name, there, classes.pop(name, set()))
    for name, (path, start, nested) in SET.items():
        yield from compare(name, set_fields(path, start) - nested, classes.pop(name, set()))
    for name, fields in classes.items():
        if fields:
            yield "%s is held to nothing" % name


LIST = """
return rule {
  title = "lists what there is", level = "error", kinds = { "v1/ConfigMap" },
  check = function(doc, ctx)
    for name, value in pairs(_ENV) do
      ctx:fail(at(doc), "global %s %s", name, type(value))
      if type(value) == "table" then
        for field in pairs(value) do ctx:fail(at(doc), "field %s.%s", name, field) end
      end
    end
    for _, module in ipairs { "k8s", "istio", "apis" } do
      for name in pairs(require(module)) do ctx:fail(at(doc), "field %s.%s", module, name) end
    end
  end,
}
"""

ASK = """
local function ask(ctx, place, object, names)
  for name in each(string.split(names, " ")) do
    local ok, why = pcall(function() return object[name] end)
    if not ok then ctx:fail(place, "%%s", why) end
  end
end
return rule {
  title = "asks for what is annotated", level = "error", %s
}
"""


def lint(krug, rules):
    """The messages of the findings that RULES have on a ConfigMap, and of problems."""
    with tempfile.TemporaryDirectory() as place:
        os.makedirs(os.path.join(place, ".policy", "rules", "a"))
        for name, text in [("policy.yaml", "root: true\n")] + [("rules/a/r%d.lua" % i, t) for i, t in enumerate(rules)]:
            with open(os.path.join(place, ".policy", name), "w", encoding="utf-8") as file:
                file.write(text)
        with open(os.path.join(place, "a.yaml"), "w", encoding="utf-8") as file:
            file.write("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n")
        done = subprocess.run([krug, "lint", "-r", "a/*", "-f", "json"], cwd=place, stdout=subprocess.PIPE, text=True)
        report = json.loads(done.stdout)
        return [entry["message"] for entry in report["findings"] + report["problems"]]


def check_globals(krug, text, modules):
    messages = lint(krug, [LIST])
    annotated = annotated_globals(text)
    there = {message.split()[1]: message.split()[2] for message in messages if message.startswith("global ")}
    fields = [message.split()[1].split(".") for message in messages if message.startswith("field ")]
    yield from compare("globals", set(there), set(annotated))
    for name, names in annotated.items():
        if names is not None or there.get(name) == "table":
            yield from compare(name, {field for table, field in fields if table == name}, names or set())
    for name, module in modules.items():
        names = set(re.findall(r"^function %s\.(\w+)\(|^  (\w+) = " % name, module, re.M))
        names = {function or constant for function, constant in names}
        yield from compare(name, {field for table, field in fields if table == name}, names)


def check_answers(krug, classes):
    """Each annotated field of ctx and what hangs on it answers, where it is there at all."""
    def asks(expression, name, without=(), place="nil"):
        return 'ask(ctx, %s, %s, "%s")' % (place, expression, " ".join(sorted(classes[name] - set(without))))

    in_check = [asks("ctx", "krug.Context", ("emit", "facts")), asks("ctx.namespace", "krug.Namespace"),
                asks("ctx.scope", "krug.Scope"), asks("ctx.resource", "krug.Resource"),
                asks("ctx.document", "krug.Position"), asks("ctx.file", "krug.File", ("documents",))]
    in_join = ['ask(ctx, place, ctx, "fail log facts")', asks("facts[1]", "krug.Fact", (), "place"),
               asks("facts[1].resource", "krug.FactResource", (), "place")]
    check = 'kinds = { "*" }, check = function(doc, ctx) %s ctx:fail(at(doc), "asked") end' % " ".join(in_check)
    join = ('collect = { ["v1/ConfigMap"] = function(doc, ctx) ask(ctx, nil, ctx, "emit") ctx:emit(1, at(doc)) end }, '
            'join = function(key, facts, ctx) local place = facts[1].value %s ctx:fail(place, "asked") end'
            % " ".join(in_join))
    on_file = 'on = "file", check = function(file, ctx) ask(ctx, nil, file, "documents") ctx:fail(nil, "asked") end'
    messages = lint(krug, [ASK % check, ASK % join, ASK % on_file])
    yield from sorted(set(messages) - {"asked"})
    if messages.count("asked") != 3:
        yield "asked %d of 3 times" % messages.count("asked")


def check_settings():
    """Settings of editors: what they say is known to be valid, and they name every global that rules have."""
    for path in (".luarc.json",):
        settings = json.loads(read(path))
        for key in settings:
            if key not in ("runtime.version", "runtime.builtin", "workspace.ignoreDir", "diagnostics.globals"):
                yield "%s: `%s` is none of the keys that were looked up" % (path, key)
    if not re.fullmatch(r'(\w+ = ("\w+"|\d+|true|false)\n)+', read(".stylua.toml")):
        yield ".stylua.toml is no list of settings"


def check_self(text):
    """A field or global too many or too few is told."""
    fields = annotated_fields(text)
    fields["krug.Scope"] = {"cluster", "namespace", "extra"}
    told = list(check_fields(fields)) + list(compare("globals", {"at"}, set(annotated_globals("function on() end"))))
    for wanted in ("krug.Scope: `directory` is not annotated", "krug.Scope: `extra` is annotated and does not exist",
                   "globals: `at` is not annotated", "globals: `on` is annotated and does not exist"):
        if wanted not in told:
            yield "is not told: %s" % wanted


def main():
    krug, text = os.path.abspath(sys.argv[1]), read("lua/krug.d.lua")
    modules = {name: read("lua/%s.d.lua" % name) for name in MODULES}
    wrong = list(check_fields(annotated_fields(text))) + list(check_globals(krug, text, modules))
    wrong += list(check_answers(krug, annotated_fields(text))) + list(check_settings()) + list(check_self(text))
    for line in wrong:
        print(line)
    print("%d wrong" % len(wrong))
    return 1 if wrong else 0


sys.exit(main())
