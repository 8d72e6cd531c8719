"""What the comments in lua/ say of the modules that rules `require`, and the files that are made of them."""
import itertools, os, re

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MODULES = ("k8s", "istio", "apis")


class Function:
    def __init__(self, module, name, arguments, path, line, text, example):
        self.module, self.name, self.path, self.line = module, name, path, line
        self.arguments, self.text, self.example = arguments, text, example

    def signature(self):
        return "%s.%s(%s)" % (self.module, self.name, ", ".join(self.arguments))


def parts(module):
    """The files of a module, in the order in which it takes them together."""
    text = open(os.path.join(ROOT, "lua", module + ".lua"), encoding="utf-8").read()
    taken = re.search(r"for _, part in ipairs \{(.*?)\}", text)
    if not taken:
        return ["lua/%s.lua" % module]
    names = re.findall(r'"(\w+)"', taken.group(1))
    return ["lua/%s/%s.lua" % (module, name) for name in names]


def read_functions(module, path, lines):
    comment = []
    for number, line in enumerate(lines, 1):
        match = re.match(r"function %s\.(\w+)\((.*)\)$" % module, line)
        if line.startswith("---"):
            comment.append((number, line[3:]))
            continue
        if match:
            cut = [text.strip() for _, text in comment]
            at = cut.index("Example:") if "Example:" in cut else len(cut)
            example = [(place, text[3:]) for place, text in comment[at + 1:]]
            arguments = [name for name in match.group(2).split(", ") if name]
            yield Function(module, match.group(1), arguments, path, number, cut[:at], example)
        comment = []


def functions():
    for module in MODULES:
        for path in parts(module):
            lines = open(os.path.join(ROOT, path), encoding="utf-8").read().splitlines()
            yield from read_functions(module, path, lines)


# ---- docs/library.md ----

HEAD = """# The library

<!-- made from the comments in lua/ by test/lua_test.py --write -->

What rules get with `local k8s = require "k8s"`, and in the same way of `istio` and `apis`. Each function answers for any
argument and, but for apis.cluster, none raises: correct manifests leave things out, and wrong ones hold anything. What
is missing is nil.
In the examples, what stands behind `-->` is the answer; each of them runs as a test.
"""


def title(path):
    """What the first comment of a file says."""
    lines = []
    for line in open(os.path.join(ROOT, path), encoding="utf-8").read().splitlines():
        if not line.startswith("-- "):
            break
        lines.append(line[3:])
    return " ".join(lines)


def paragraphs(lines):
    groups = itertools.groupby(lines, lambda line: not line)
    return "\n\n".join(" ".join(group) for empty, group in groups if not empty)


def reference(all_functions):
    text = HEAD
    for module in MODULES:
        text += "\n## %s\n" % module
        for path in parts(module):
            own = [function for function in all_functions if function.path == path]
            text += "\n%s\n" % title(path)
            for function in own:
                example = "\n".join(line for _, line in function.example)
                text += "\n### %s\n\n%s\n" % (function.signature(), paragraphs(function.text))
                text += "\n```lua\n%s\n```\n" % example
    return text


# ---- lua/NAME.d.lua: annotations for the Lua language server ----

TYPES = {"ctx": "ctx? krug.Context", "options": "options? table"}
BOOLEAN = ("headless", "external_name", "without_address", "selects")


def annotation(function):
    lines = ["---%s" % line for line in function.text]
    lines += ["---@param %s" % TYPES.get(name, "%s any" % name) for name in function.arguments]
    is_boolean = function.name.startswith(("is_", "is")) or function.name in BOOLEAN
    lines += ["---@return boolean|nil"] if is_boolean else []
    lines.append("---@return any ...")
    lines.append("function %s end" % function.signature())
    return "\n".join(lines) + "\n"


def annotations(module, all_functions):
    """A file with a name behind @meta is what `require` finds under that name."""
    own = [annotation(function) for function in all_functions if function.module == module]
    head = "---@meta %s\n\n-- made from the comments in lua/ by test/lua_test.py --write\n\n" % module
    fields = "".join("  %s = %s,\n" % constant for constant in constants(module))
    table = "{\n%s}" % fields if fields else "{}"
    return head + "local %s = %s\n\n%s\nreturn %s\n" % (module, table, "\n".join(own), module)


def constants(module):
    """Fields of a module that are no functions, with their values, as its first lines set them."""
    text = open(os.path.join(ROOT, "lua", module + ".lua"), encoding="utf-8").read()
    table = re.search(r"^local %s = \{(.*?)\}" % module, text, re.M | re.S).group(1)
    return re.findall(r"^  (\w+) = (\d+),$", table, re.M)


def made_files(all_functions):
    """Path and text of everything that is made of the comments."""
    yield "docs/library.md", reference(all_functions)
    for module in MODULES:
        yield "lua/%s.d.lua" % module, annotations(module, all_functions)
