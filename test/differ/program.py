"""Runs krug tree on generated documents, many to a file, and holds its answers against those of the other readers."""
import bisect, json, os, re, subprocess

import kubernetes
from events import Refused, compose

GUARD = b'"guard"'
BETWEEN = b"---\n" + GUARD + b"\n---\n"


class Crashed(Exception):
    pass


class Krug:
    def __init__(self, path, file):
        self.path, self.file = path, file

    def tree(self, data, *options):
        """The documents that krug shows of DATA, and the messages of the refused: (line, text)."""
        with open(self.file, "wb") as file:
            file.write(data)
        environment = dict(os.environ, ASAN_OPTIONS="exitcode=99")
        done = subprocess.run([self.path, "tree", *options, self.file], capture_output=True, timeout=600, env=environment)
        told = done.stderr.decode("utf-8", "replace")
        if done.returncode not in (0, 1):
            raise Crashed("status %d: %s" % (done.returncode, told[-2000:]))
        lines = re.findall(r"^krug: %s:(\d+):\d+: (.*)$" % re.escape(self.file), told, re.M)
        refused = [(int(line), text) for line, text in lines if not text.startswith("warning: ")]
        if bool(refused) != (done.returncode == 1):
            raise Crashed("status %d, and told: %s" % (done.returncode, told[-2000:]))
        try:
            # nothing at all where the file as a whole is refused
            return json.loads(done.stdout or b"[]", object_pairs_hook=unique), refused
        except ValueError as error:
            raise Crashed("what it shows is no JSON: %s" % error) from None


def unique(pairs):
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Crashed("a key is twice in what krug shows: %s" % [key for key, _ in pairs])
    return value


class Batch:
    """Documents in one file with a guard between each two, so that what one does is not taken for another's."""

    def __init__(self, cases):
        self.cases, self.starts, text = cases, [], bytearray(BETWEEN)
        for case in cases:
            self.starts.append(len(text))
            text += case if case.endswith(b"\n") else case + b"\n"
            text += BETWEEN
        self.text = bytes(text)
        self.lines = [0] + [match.end() for match in re.finditer(b"\n", self.text)]

    def case_at(self, line):
        return bisect.bisect(self.starts, self.lines[line - 1]) - 1

    def group(self, shown, is_guard):
        groups = [[]]
        for value in shown:
            if is_guard(value):
                groups.append([])
            else:
                groups[-1].append(value)
        if len(groups) != len(self.cases) + 2 or groups[0] or groups[-1]:
            raise Crashed("%d guards instead of %d" % (len(groups) - 1, len(self.cases) + 1))
        return groups[1:-1]

    def differences(self, krug):
        """(case, what differs) for each case that krug reads otherwise."""
        values, refused = krug.tree(self.text)
        places, refused_again = krug.tree(self.text, "--positions")
        if refused != refused_again:
            raise Crashed("--positions refuses other documents")
        messages = [[] for _ in self.cases]
        for line, text in refused:
            messages[self.case_at(line)].append(text)
        values = self.group(values, lambda value: value == "guard")
        places = self.group(places, lambda nodes: self.cut(nodes[0]["value"]) == GUARD)
        for i, case in enumerate(self.cases):
            found = self.compare(self.starts[i], case, values[i], places[i], messages[i])
            if found:
                yield case, found

    def cut(self, place):
        return self.text[place["start"]:place["end"]]

    def compare(self, start, case, values, places, messages):
        read = kubernetes.read_yaml(case if case.endswith(b"\n") else case + b"\n")
        good = [document for document in read if not isinstance(document[2], Refused)]
        bad = [str(document[2]) for document in read if isinstance(document[2], Refused)]
        want, got = [tree.plain() for _, _, tree in good], kubernetes.clean(values)
        if text_of(got) != text_of(want) or len(bad) != len(messages):
            return "krug reads  %s\n    refused: %s\nother reads %s\n    refused: %s" % (
                text_of(got), messages, text_of(want), bad)
        for (offset, chunk, tree), nodes in zip(good, places):
            found = compare_places(self.text, start + offset, chunk.decode("utf-8"), tree, nodes)
            if found:
                return found
        return None


def text_of(value):
    return json.dumps(value, sort_keys=True)


# ---- places ----

def pair(place):
    return place and (place["start"], place["end"])


def compare_places(source, start, text, tree, nodes):
    def in_bytes(place):
        return place and tuple(start + (at if text.isascii() else len(text[:at].encode("utf-8"))) for at in place)

    trees = list(tree.walk())
    if len(trees) != len(nodes):
        return "places of %d values, not of %d" % (len(nodes), len(trees))
    for want, node in zip(trees, nodes):
        if want.place is None:
            continue
        for name, wanted, got in (
                ("type", want.type, node["type"]), ("style", want.style, node["style"]),
                ("key", in_bytes(want.key), pair(node.get("key"))), ("value", in_bytes(want.place), pair(node["value"])),
                ("alias", in_bytes(want.alias), pair(node.get("alias")))):
            if got != wanted:
                return "%s of %s is %s, not %s" % (name, node["path"] or "the root", shown(source, got), shown(source, wanted))
        if want.text is not None and not reads_alone(source[slice(*pair(node["value"]))].decode("utf-8"), want):
            return "value of %s is not what %s reads as alone" % (node["path"], shown(source, pair(node["value"])))
    return None


def shown(source, place):
    """A place with what stands there; anything else as it is."""
    return "%r at %d" % (source[slice(*place)].decode("utf-8", "replace"), place[0]) if isinstance(place, tuple) else place


def reads_alone(cut, tree):
    """Whether the text CUT out of the source is the scalar, whole and nothing but it."""
    if tree.style == "plain" and not re.search("\\s", cut):
        return cut == tree.text
    if re.match("[|>][-+]?[1-9]", cut):
        return True  # it counts from the indentation around it; the place itself was compared
    try:
        node = compose(" " + cut + "\n")
    except Refused:
        return False
    if tree.style in ("literal", "folded"):
        return node.text.rstrip(" \t\n") == tree.text.rstrip(" \t\n")
    return node.text == tree.text and node.style == tree.style


# ---- files of their own: JSON, byte order marks, no line end at the end ----

def compare_file(krug, data):
    values, refused = krug.tree(data)
    read = kubernetes.read_file(data)
    want, bad = [value for value in read if not isinstance(value, Refused)], [str(e) for e in read if isinstance(e, Refused)]
    got = kubernetes.clean(values)
    if text_of(got) != text_of(want) or len(bad) != len(refused):
        return "krug reads  %s\n    refused: %s\nother reads %s\n    refused: %s" % (text_of(got), refused, text_of(want), bad)
    return None


def compare_json(krug, texts):
    """A stream of JSON: the values, and that each place cuts out what reads alone as the value."""
    data = "\n".join(texts).encode("utf-8")
    found = compare_file(krug, data)
    if found or kubernetes.read_json(data)[1] is not None:
        return found
    shown_places, _ = krug.tree(data, "--positions")
    try:
        read = [kubernetes.JSON_PAIRS.decode(text) for text in texts]
    except ValueError:
        return None  # cut down until a text is no longer one value
    for nodes, value in zip(shown_places, read):
        values = list(walk_json(value))
        if len(values) != len(nodes):
            return "places of %d values, not of %d" % (len(nodes), len(values))
        for node, (key, value) in zip(nodes, values):
            for name, wanted in (("key", key), ("value", value)):
                cut = data[slice(*pair(node[name]))].decode("utf-8") if name in node else None
                if text_of(cut and kubernetes.JSON_PAIRS.decode(cut)) != text_of(wanted):
                    return "%s of %s is %r" % (name, node["path"], cut)
    return None


def walk_json(value, key=None):
    yield key, value
    if isinstance(value, kubernetes.Pairs):
        last = {kubernetes.clean(name): at for at, (name, _) in enumerate(value)}
        for at, (name, each) in enumerate(value):
            if last[kubernetes.clean(name)] == at:
                yield from walk_json(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from walk_json(each)
