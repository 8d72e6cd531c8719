#!/usr/bin/env python3
"""reports_test.py KRUG MEASURE [FINDINGS]: every format tells very many findings of one file, and none is lost.

Twenty thousand, or FINDINGS. The reports are read back by parsers that are not
krug's, an element at a time where those can.
"""
import json, os, re, sys, tempfile
import xml.etree.ElementTree as tree
from html.parser import HTMLParser
import hostile
from hostile import MIB, check

EACH = 4096  # bytes of peak memory that a finding may take, all ten reports together


def items(count):
    """A List with COUNT findings: documents have at most a hundred thousand notes each."""
    for start in range(0, count, 50000):
        keys = ",".join(["a: b"] * (min(50000, count - start) + 1))
        yield "---\napiVersion: v1\nkind: Thing\nmetadata: {name: a%d, namespace: a}\nspec: {%s}\n" % (start, keys)


def lines(path, pattern):
    with open(path, encoding="utf-8") as file:
        return sum(bool(re.match(pattern, line)) for line in file)


def elements(path, name):
    found = 0
    for _, element in tree.iterparse(path):
        found += element.tag == name
        element.clear()
    return found


class Marks(HTMLParser):
    def __init__(self):
        super().__init__()
        self.count = 0

    def handle_starttag(self, tag, attributes):
        self.count += tag == "mark"


def marks(path):
    parser = Marks()
    with open(path, encoding="utf-8") as file:
        for line in file:
            parser.feed(line)
    return parser.count


def junit(path):
    """Findings are lines of one failure."""
    found = 0
    for _, element in tree.iterparse(path):
        if element.tag == "failure":
            found += len(re.findall("(?m)^a.yaml:[0-9]+:[0-9]+: error: ", element.text))
        element.clear()
    return found


COUNTS = {
    "console": lambda path: lines(path, r"  [0-9]+:[0-9]+  error  "),
    "json": lambda path: len(hostile.read_json(path)["findings"]),
    "ndjson": lambda path: sum("finding" in json.loads(line) for line in open(path, encoding="utf-8")),
    "sarif": lambda path: len(hostile.read_json(path)["runs"][0]["results"]),
    "gitlab": lambda path: len(hostile.read_json(path)),
    "github": lambda path: lines(path, "::error "),
    "tap": lambda path: lines(path, "    - place: "),
    "junit": junit,
    "checkstyle": lambda path: elements(path, "error"),
    "html": marks,
}


def main():
    krug, measure = map(os.path.abspath, sys.argv[1:3])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 20000
    with tempfile.TemporaryDirectory() as place:
        size = hostile.write(place, {"a.yaml": "".join(items(count))})
        options = [word for name in COUNTS for word in ("-f", "%s:report.%s" % (name, name))]
        run = hostile.Run(measure, hostile.lint(krug, *options), place)
        check(run.status == 1 and not run.errors, run.status, run.errors)
        check(run.peak < 20 * MIB + 6 * size + EACH * count, "%d MiB for %d findings" % (run.peak / MIB, count))
        print("%d findings: %.1f s, %d MiB" % (count, run.seconds, run.peak / MIB))
        for name, counted in COUNTS.items():
            found = counted(os.path.join(place, "report." + name))
            check(found == count, name + ":", found, "findings, not", count)
    return hostile.finish()


if __name__ == "__main__":
    sys.exit(main())
