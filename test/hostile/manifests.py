"""Hostile manifests, each made by a few lines, with the answer that krug must give.

A case makes files of a size N and says what is expected of it: the exit status, how many findings of each rule, and
what else must hold of the JSON report. ANSWER is the N at which the answer is looked at, and GROWTH the N at which
instructions are counted, to be compared with those at 4 N.
"""
from collections import Counter

CASES = []
NODES = 1000000  # of a document
MIB = 1 << 20


class Case:
    def __init__(self, make, answer, growth):
        self.make, self.answer, self.growth = make, answer, growth
        self.name = make.__name__.replace("_", " ")


class Hostile:
    """Files by their names, and what is expected of them; HOLDS is told the report. STATUS None: findings are of no
    concern, as long as krug did its work. VALUES are those of the largest document, where they are many, and EACH the
    bytes of memory that a finding may take."""

    def __init__(self, files, status=0, rules=None, holds=None, documents=None, values=0, each=4096):
        self.files = {"a.yaml": files} if isinstance(files, (str, bytes)) else files
        self.status, self.rules, self.documents = status, Counter(rules or {}), documents
        self.values, self.each = values, each
        self.holds = holds or (lambda report: True)


def case(answer, growth=None):
    def add(make):
        CASES.append(Case(make, answer, growth))
        return make
    return add


def thing(spec, name="a"):
    """A resource that no rule but those on notes has anything to say of."""
    return "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: %s, namespace: a}\nspec: %s\n" % (name, spec)


def refused(text, rule, words, **more):
    """A manifest that is refused for one reason."""
    return Hostile(text, status=1, rules={rule: 1},
                   holds=lambda report: words in report["findings"][0]["message"], **more)


EXCESSIVE = ("manifest/syntax", "document contains excessive aliasing")
TOO_MANY = ("manifest/too-large", "more than 1000000 values in one document, aliases expanded")
TOO_DEEP = ("manifest/syntax", "nested more than 1000 levels deep")


# ---- aliases ----

def bomb(levels, width, open="[", close="]", entry="%s"):
    """Each level holds the one before it so many times."""
    text = "a0: &a0 %s%s%s\n" % (open, ",".join(entry.replace("?", str(i)) % "x" for i in range(width)), close)
    for level in range(1, levels):
        inner = ",".join(entry.replace("?", str(i)) % ("*a%d" % (level - 1)) for i in range(width))
        text += "a%d: &a%d %s%s%s\n" % (level, level, open, inner, close)
    return text


@case(9)
def billion_laughs(n):
    return refused(bomb(n, 9), *EXCESSIVE)


@case(9)
def billion_laughs_of_maps(n):
    return refused(bomb(n, 9, "{", "}", "k?: %s"), *EXCESSIVE)


@case(5000, 250)
def one_large_list_and_many_aliases(n):
    return refused("a: &a [%s]\nb: [%s]\n" % (",".join("x" * n), ",".join(["*a"] * n)), *EXCESSIVE, values=NODES)


@case(1000)
def chain_of_aliases(n):
    """Each is a list of the one before it: deeper and deeper, but not larger. The aliases go deeper than Kubernetes'
    own rule against bombs allows, or than krug does."""
    text = "a0: &a0 [x]\n" + "".join("a%d: &a%d [*a%d]\n" % (i, i, i - 1) for i in range(1, n))
    return refused(text, *EXCESSIVE) if n == 1000 else Hostile(text, holds=lambda report: report is not None)


@case(2500)
def merge_bomb(n):
    """Each map merges the one before it twice."""
    text = "a0: &a0 {%s}\n" % ",".join("k%d: v" % i for i in range(100))
    return refused(text + "".join("a%d: &a%d {<<: [*a%d, *a%d]}\n" % (i, i, i - 1, i - 1) for i in range(1, n)),
                   *EXCESSIVE)


@case(20000)
def merges_in_merges(n):
    """Nested merges of one large map: nothing is repeated, and yet each level takes over all keys."""
    text = thing("\n" + "".join(" " * (i + 1) + "<<:\n" for i in range(n // 25)) +
                 " " * (n // 25 + 1) + "{%s}" % ",".join("k%d: v" % i for i in range(n)))
    return refused(text, "manifest/too-large", "more than 1000000 values merged in one document")


@case(1000, 500)
def merges_side_by_side(n):
    keys = ",".join("k%d: v" % i for i in range(9))
    return Hostile(thing("{a: &a {%s}, %s}" % (keys, ", ".join("b%d: {<<: *a, <<: {c: d}}" % i for i in range(n)))),
                   status=0)


@case(1)
def alias_of_what_holds_it(n):
    return refused("a: &a [b, *a]\n", "manifest/syntax", "anchor 'a' value contains itself")


@case(1)
def alias_of_a_parent_in_a_merge(n):
    return refused("a: &a\n  b:\n    <<: *a\n", "manifest/syntax", "anchor 'a' value contains itself")


@case(20000)
def alias_as_key(n):
    return Hostile(thing("\n  x: &k key\n" + "".join("  y%d: {*k : v}\n" % i for i in range(n))), status=0)


@case(1)
def list_as_key(n):
    return refused("a: &a [b]\n*a : c\n", "manifest/syntax", "invalid map key: a list")


@case(100000, 2000)
def anchors_again_and_again(n):
    """One anchor set anew at each value, and used once: few aliases, so that Kubernetes reads them."""
    return Hostile(thing("\n" + "".join("  k%d: &a v%d\n" % (i, i) for i in range(n)) + "  z: *a"), status=0)


@case(100000, 2000)
def anchors_of_many_names(n):
    return Hostile(thing("\n" + "".join("  k%d: &a%d v\n" % (i, i) for i in range(n)) + "  z: *a0"), values=2 * n)


@case(50000, 1000)
def aliases_on_one_line(n):
    """As many as were written: each is a place of its own, far from what it repeats."""
    return Hostile(thing("{%s}" % ",".join(["a: &a v"] + ["k%d: *a" % i for i in range(n)])), status=0)


# ---- nesting ----

@case(100000)
def open_brackets(n):
    return refused("a: " + "[" * n + "\n", *TOO_DEEP)


@case(100000)
def open_braces(n):
    return refused("a: " + "{a: " * n + "\n", *TOO_DEEP)


@case(100000)
def brackets(n):
    return refused("a: " + "[" * n + "]" * n + "\n", *TOO_DEEP)


@case(100000)
def dashes_on_one_line(n):
    return refused("- " * n + "a\n", *TOO_DEEP)


@case(2000)
def block_maps(n):
    return refused("".join(" " * i + "a:\n" for i in range(n)), *TOO_DEEP)


@case(100000)
def json_arrays(n):
    return Hostile({"a.json": '{"a":' + "[" * n + "]" * n + "}"}, status=1, rules={"manifest/syntax": 1},
                   holds=lambda report: TOO_DEEP[1] in report["findings"][0]["message"])


@case(100000)
def json_objects_unclosed(n):
    return Hostile({"a.json": '{"a":' * n}, status=1, rules={"manifest/syntax": 1},
                   holds=lambda report: TOO_DEEP[1] in report["findings"][0]["message"])


@case(998)
def as_deep_as_allowed(n):
    return Hostile(thing("\n" + "".join(" " * (i + 1) + "k:\n" for i in range(n - 1)) + " " * n + "k: v"), status=0)


@case(500000, 500)
def flat_but_in_brackets(n):
    """500 levels around many values: libyaml walks all levels for each token."""
    text = "a: " + "[" * 500 + ",".join("x" * n) + "]" * 500 + "\n"
    if n < 500000:
        return Hostile(text)
    return refused(text, "manifest/too-large", "too much in nested [ ] and { }", values=n)


# ---- sizes ----

@case(NODES - 7)
def keys_as_many_as_allowed(n):
    return Hostile(thing("\n" + "".join("  k%x: v\n" % i for i in range(n))), values=n)


@case(NODES, 2500)
def keys_too_many(n):
    text = thing("\n" + "".join("  k%x: v\n" % i for i in range(n)))
    return refused(text, *TOO_MANY, values=NODES) if n == NODES else Hostile(text)


@case(100000, 1000)
def keys_of_one_length_and_rim(n):
    """Equal in all that a filter looks at: length, first, middle and last byte."""
    return Hostile(thing("\n" + "".join("  k%06dm%06dz: v\n" % (i, i) for i in range(n))))


# blocks of which the hash of Lua 5.4 makes the same out of one state in seven, whatever its seed
BLOCKS = ("Px", "OY")


@case(65536, 2048)
def keys_that_collide_in_lua(n):
    """A rule looks at each of them."""
    keys = ("".join(BLOCKS[i >> bit & 1] for bit in range(17)) for i in range(n))
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: a}\ndata:\n"
    return Hostile(text + "".join("  %s: v\n" % key for key in keys), values=2 * n)


@case(200000, 200)
def duplicate_keys(n):
    """The loader notes the first hundred thousand."""
    return Hostile(thing("\n" + "  a: b\n" * n), status=1, rules={"manifest/duplicate-key": min(n - 1, 100000)})


@case(50000, 150)
def duplicate_keys_on_one_line(n):
    return Hostile(thing("{%s}" % ",".join(["a: b"] * n)), status=1, rules={"manifest/duplicate-key": n - 1})


@case(50000, 150)
def duplicate_keys_on_one_line_of_json(n):
    text = '{"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": {%s}}' % ",".join(['"é": "b"'] * n)
    return Hostile({"a.json": text}, status=1, rules={"manifest/duplicate-key": n - 1})


@case(20000, 150)
def duplicate_keys_below_a_long_key(n):
    """The path of each finding would hold the key."""
    return Hostile(thing("\n  ? %s\n  : {%s}" % ("k" * n * 10, ",".join(["a: b"] * n))), status=1,
                   rules={"manifest/duplicate-key": n - 1})


@case(20000, 150)
def duplicate_keys_below_a_long_name(n):
    """The resource of each finding would hold the name."""
    return Hostile(thing("{%s}" % ",".join(["a: b"] * n), "k" * n * 10), status=1,
                   rules={"manifest/duplicate-key": n - 1})


@case(20000, 150)
def duplicate_keys_of_a_long_kind(n):
    """Each finding would look the kind up, which is long."""
    text = thing("{%s}" % ",".join(["a: b"] * n)).replace("kind: Thing", "kind: " + "K" * n * 10)
    return Hostile(text, status=1, rules={"manifest/duplicate-key": n - 1})


@case(20000, 150)
def duplicate_keys_deep_down(n):
    return Hostile(thing("\n" + "".join(" " * (i + 1) + "k:\n" for i in range(n // 25)) +
                              " " * (n // 25 + 1) + "{%s}" % ",".join(["a: b"] * n)), status=1,
                   rules={"manifest/duplicate-key": n - 1}, each=10000)


@case(20000, 150)
def duplicate_keys_below_a_long_origin(n):
    return Hostile("# Source: %s\n" % ("x" * n * 10) + thing("{%s}" % ",".join(["a: b"] * n)), status=1,
                   rules={"manifest/duplicate-key": n - 1})


@case(20000, 150)
def items_with_a_note_each(n):
    """Each note belongs to another item of a List."""
    item = "- {apiVersion: v1, kind: Thing, metadata: {name: a%d, namespace: a}, spec: {a: a, a: b}}\n"
    return Hostile("apiVersion: v1\nkind: List\nitems:\n" + "".join(item % i for i in range(n)), status=1,
                   rules={"manifest/duplicate-key": n},
                   holds=lambda report: [f["item"] for f in report["findings"]] == list(range(1, n + 1)))
