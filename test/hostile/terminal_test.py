#!/usr/bin/env python3
"""terminal_test.py KRUG: nothing that a pull request can choose steers the terminal on which it is read.

Hostile text stands wherever text can: in names of files, in all strings of a manifest that krug tells, in the line
that is shown, in ignores, waivers, owners, policies and rules. Every command that shows them is run, and no byte of
what it prints may be a control character, or turn the direction of a line.
"""
import os, re, subprocess, sys, tempfile
import hostile
from hostile import check

# what moves the cursor, sets the title, writes the clipboard, links elsewhere, comes from C1, turns or ends a line
EVIL = ["\x1b[2J", "\x1b]0;evil\x07", "\x1b]52;c;ZXZpbA==\x07", "\x1b]8;;http://evil\x1b\\x", "\u009b31m", "\u009d0;evil\u009c",
        "\r", "\b\b\b", "\x7f", "\x0c", "\x0b", "\u202e", "\u2066", "\u2028", "\u2029", "\u0085"]
ALL = "".join(EVIL)
UNSAFE = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
COLOR = re.compile("\x1b\\[[0-9;]*m")


def quoted(text):
    """In double quotes, as YAML and Lua read them."""
    return '"' + "".join("\\u%04x" % ord(c) for c in text) + '"'


def lua(text):
    return '"' + "".join("\\u{%x}" % ord(c) for c in text) + '"'


def evil(word):
    return quoted(word + ALL)


RULE = """-- RAW
return rule {
  title = %(text)s, level = "warn", why = %(text)s, fix = %(text)s, kinds = { "Thing" }, links = { %(text)s },
  params = { limit = param("string", %(text)s, %(text)s) },
  check = function(doc, ctx)
    ctx:fail(at(doc, "spec", %(text)s, "gone"), { also = { { at(doc, "spec"), %(text)s } } }, "%%s", doc.spec[%(text)s])
    if doc.spec.raise then error(doc.spec.raise) end
  end,
  examples = { pass { %(text)s } },
}
"""
RAW = "\u202e\u2066"  # what YAML takes as it is, within a line


def files(rule):
    thing = ("# Source: x%s\n# krug: ignore %s -- %s\n# krug: %s\napiVersion: example.com/v1\nkind: Thing\n"
             "metadata: {name: %s, namespace: %s, annotations: {krug.dev/ignore: %s}}\n"
             "spec:\n  %s: %s # %s\n  raise: %s\n  yes: %s\n  yes: 0%s\n  d: d\n  d: d\n")
    name = "x" + "".join(text for text in EVIL if "/" not in text) + ".yaml"
    broken = {"\x1b[31m%d.yaml" % i: b"a: b\nc: '" + text.encode() + b"': ]\n" for i, text in enumerate(EVIL)}
    broken["other.yaml"] = "%s: *x%s\n" % (evil("a"), RAW)
    broken["separator.yaml"] = "--- " + RAW + "\n"
    broken["remainder.yaml"] = "a: b\n...\n%s\n" % RAW
    broken["tag.yaml"] = "a: !!int %s\n" % evil("a")
    broken["a.json"] = '{"a": "\\u001b[31m", %s: 1, %s: 2}' % (evil("a"), evil("a"))
    return {
        name: thing % (RAW, RAW, RAW, RAW, evil("n"), evil("n"), evil("a"), quoted(ALL), evil("v"), RAW, evil("e"), evil("y"), RAW),
        **broken,
        ".policy/policy.yaml": "root: true\nrules: {t/*: warn}\nvars: {v: %s}\nnamespaces:\n- {match: '*', owner: %s}\nwaivers:\n"
        "- {rule: manifest/ambiguous-scalar, namespace: '*', reason: %s, owner: %s, until: 2027-01-31}\n" % (
            (evil("v"),) * 2 + (evil("r"), evil("o"))),
        ".policy/rules/t/evil.lua": rule % {"text": lua(ALL)},
    }


WRONG_POLICIES = {"key": "%s: 1\n", "rule": "rules: {%s: error}\n", "level": "rules: {t/*: %s}\n", "date":
                  "rules: {t/*: {warn_from: %s}}\n", "param": "rules: {t/evil: {params: {%s: 1}}}\n", "label":
                  "namespaces: [{match: {labels: {a: [%s]}}}]\n", "layout": "layout: [{path: %s, namespace: '{%s'}]\n",
                  "include": "locked: [%s]\n"}


def look(name, done, color=False):
    for stream, data in (("standard output", done.stdout), ("standard error", done.stderr)):
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            check(False, name, stream, "is no UTF-8:", error)
            continue
        found = UNSAFE.search(COLOR.sub("", text) if color else text)
        check(not found, name, stream, found and ascii(text[max(0, found.start() - 80):found.end() + 40]))
    check(done.returncode in (0, 1, 2), name, "status", done.returncode, done.stderr[-300:])


def run(krug, place, *words, stdin=b""):
    return subprocess.run([krug, *words], cwd=place, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=hostile.SECONDS)


def commands(made):
    yield from (["lint", "-f", name] for name in hostile.FORMATS if name != "html")
    yield from (["lint", "--color", "never", "--stats"], ["lint", "-r", "t/evil", "--trace", "t/evil"], ["test"], ["rules"],
                ["rules", "--format", "json"], ["explain", "t/evil"], ["explain", "--format", "markdown", "t/evil"],
                ["explain", ALL], ["lint", ALL], ["lint", "--format", ALL], ["lint", "--" + ALL], [ALL], ["help", ALL],
                ["lint", "--policy", ALL], ["lint", "-r", ALL], ["lint", "--since", ALL], ["rules", ALL], ["new", "rule", ALL],
                ["baseline"])
    for name in made:
        if not name.startswith("."):
            yield from (["tree", name], ["tree", "--positions", name], ["tree", "--resources", name], ["rules", "--for", name],
                        ["lint", "--isolated", name])


def main():
    krug = os.path.abspath(sys.argv[1])
    made = files(RULE)
    told = 0
    with tempfile.TemporaryDirectory() as place:
        hostile.write(place, made)
        for words in commands(made):
            done = run(krug, place, *words)
            told += b"u202e" in done.stdout + done.stderr
            look("krug " + ascii(" ".join(words)), done)
        look("color", run(krug, place, "lint", "--color", "always"), color=True)
        look("standard input", run(krug, place, "lint", "-", "--stdin-name", ALL + ".yaml", stdin=b"a: [\n"))
        for name, policy in WRONG_POLICIES.items():
            hostile.write(place, {".policy/policy.yaml": policy.replace("%s", evil("a"))})
            look("policy: " + name, run(krug, place, "lint"))
    # the test would see nothing where nothing hostile is told
    check(told > 40, "hostile text is told by %d commands only" % told)
    return hostile.finish()


if __name__ == "__main__":
    sys.exit(main())
