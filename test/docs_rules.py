#!/usr/bin/env python3
"""docs_rules.py KRUG [--write]: the pages on the rules that krug brings along are what krug says of them.

docs/rules/PACK/NAME.md is `krug explain --format markdown PACK/NAME`, docs/rules.md lists them. Without --write nothing
is changed: what is missing, stale or of a rule that is gone is told, and the status is 1.
"""
import json, os, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGES = os.path.join(ROOT, "docs", "rules")

HEAD = """# The rules that krug brings along

Each has a page, which `krug explain RULE` shows in a terminal: why it exists, how to fix what it finds, its parameters and
examples. The level is the rule's own; a [policy](policies.md) decides otherwise. A repository without a policy is judged
by a starter policy that turns some packs off (`krug rules --for FILE` says so).

These pages are made from the rules: `python3 test/docs_rules.py build/krug --write`.
"""


def ask(krug, *arguments):
    """What krug says where there is no policy."""
    environment = {name: value for name, value in os.environ.items() if name != "KRUG_POLICY"}
    with tempfile.TemporaryDirectory() as nowhere:
        done = subprocess.run([krug, *arguments, "--root", nowhere], cwd=nowhere, env=environment, text=True,
                              stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit("krug %s: status %d" % (" ".join(arguments), done.returncode))
    return done.stdout


def cell(text):
    return text.replace("|", "\\|")


def index(rules):
    lines, pack = [HEAD], None
    for rule in rules:
        if rule["id"].split("/")[0] != pack:
            pack = rule["id"].split("/")[0]
            lines.append("\n## %s\n\n| rule | level | what is true when it passes | also known as |\n| --- | --- | --- | --- |\n"
                         % pack)
        codes = ", ".join("`%s`" % cell(code) for code in rule["aka"])
        lines.append("| [`%s`](rules/%s.md) | %s | %s | %s |\n"
                     % (rule["id"], rule["id"], rule["level"], cell(rule["title"]), codes))
    return "".join(lines)


def wanted(krug):
    """Every page: its path and text."""
    rules = json.loads(ask(krug, "rules", "-f", "json"))
    if not rules:
        sys.exit("`krug rules` lists no rules")
    pages = {os.path.join(ROOT, "docs", "rules.md"): index(rules)}
    for rule in rules:
        pages[os.path.join(PAGES, rule["id"] + ".md")] = ask(krug, "explain", "--format", "markdown", rule["id"])
    return pages


def existing():
    pages = {os.path.join(ROOT, "docs", "rules.md")}
    for directory, _, names in os.walk(PAGES):
        pages.update(os.path.join(directory, name) for name in names)
    return pages


def read(path):
    try:
        with open(path, encoding="utf-8") as stream:
            return stream.read()
    except FileNotFoundError:
        return None


def write(pages):
    for path in existing() - pages.keys():
        os.remove(path)
    for path, text in pages.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)


def main():
    krug = os.path.abspath(sys.argv[1])
    pages = wanted(krug)
    if "--write" in sys.argv[2:]:
        write(pages)
    stale = sorted(path for path in existing() | pages.keys() if read(path) != pages.get(path))
    for path in stale:
        print("%s: not what krug says of its rules" % os.path.relpath(path, ROOT))
    if stale:
        print("write them anew: ./run build && python3 test/docs_rules.py build/krug --write")
    return 1 if stale else 0


sys.exit(main())
