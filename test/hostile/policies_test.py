#!/usr/bin/env python3
"""policies_test.py KRUG [ATTACK...]: policies and baselines that mean harm.

Each is run with one job and with two, which have to say the same, under bounds of memory and a backstop of processor
time that only work out of proportion to the input can reach.
"""
import os, stat

from attack import KRUG, SANITIZED, SERVICE, Repository, drive, require

CASES = []
RULE = 'return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) ctx:fail(doc, "%s") end }'
ROOT = "root: true\n"


def case(function):
    CASES.append((function.__name__.replace("_", "-"), lambda: in_repository(function)))
    return function


def in_repository(function):
    with Repository(KRUG, SANITIZED) as repository:
        repository.write("a.yaml", SERVICE % "a")
        repository.write("sub/b.yaml", SERVICE % "b")
        return function(repository)


def lint(repository, status, *says, arguments=(), found=("istio/port-name",), memory=None):
    """Both runs; SAYS is in what is said, FOUND among the rules with findings."""
    answers = [repository.run("lint", "-f", "json", "-j", str(jobs), *arguments, jobs=jobs, memory=memory) for jobs in (1, 2)]
    require(answers[0].same() == answers[1].same(), "one job and two say different things")
    answer = answers[0]
    require(answer.status == status, "status %d: %.1500s", answer.status, answer.err)
    for text in says:
        require(text in answer.err + answer.out, "does not say: %s\nbut: %.1500s", text, answer.err)
    rules = {finding["rule"] for finding in answer.report()["findings"]} if answer.out else set()
    require(rules >= set(found), "findings of %s are missing: there are %s", found, rules)
    return answers


def policy(repository, text, *arguments, **named):
    repository.write(".policy/policy.yaml", text)
    return lint(repository, *arguments, **named)


# ---- paths that lead out ----


@case
def files_out_of_the_repository(repository):
    return policy(repository, ROOT + "files: [../**, /etc/**, a.yaml, sub/../../x]\nexclude: ['../../*']\n", 2,
                  "cannot lead out of the directory", found=())


@case
def layout_out_of_the_repository(repository):
    return policy(repository, ROOT + "layout: [{path: '../{a}/**', namespace: '{a}'}, {path: '/{b}', namespace: '../{b}'}]\n", 2,
                  "`../{a}/**`: a path is relative to the directory", found=())


@case
def waiver_out_of_the_repository(repository):
    return policy(repository, ROOT + "waivers: [{rule: istio/port-name, file: ../**, reason: x, owner: o, until: never}]\n", 2,
                  "cannot lead out of the directory")


@case
def owned_paths_out_of_the_repository(repository):
    return policy(repository, ROOT + "namespaces: [{match: '*', paths: [../../**]}]\n", 2, "cannot lead out of the directory")


@case
def policy_option_that_is_none(repository):
    os.mkfifo(repository.path("fifo"))
    repository.write("text", "x")
    answers = []
    for path in ("../..", "fifo", "text", "/dev/null", "/dev/zero", "nothing", "\n", "", "/proc/self/mem", "a" * 5000):
        answers += lint(repository, 2, arguments=("-p", path), found=())
    return answers


def with_entry(repository, make, name=".policy", says=()):
    """NAME in the repository is something that it should not be."""
    os.makedirs(os.path.dirname(repository.path(name)), exist_ok=True)
    make(repository.path(name))
    try:
        return lint(repository, 2, *says, found=())
    except Exception as reason:
        raise type(reason)("%s as %s: %s" % (name, oct(os.lstat(repository.path(name)).st_mode), reason))


@case
def policy_directory_is_a_file(repository):
    return with_entry(repository, lambda path: open(path, "w").close())


@case
def policy_directory_is_a_fifo(repository):
    return with_entry(repository, os.mkfifo)


@case
def policy_directory_is_a_link(repository):
    return with_entry(repository, lambda path: os.symlink("/etc", path))


@case
def policy_directory_links_to_itself(repository):
    return with_entry(repository, lambda path: os.symlink(".policy", path))


@case
def policy_file_is_no_file(repository):
    makers = [os.mkfifo, lambda path: os.symlink("/etc/passwd", path), lambda path: os.symlink("/dev/zero", path)]
    answers = []
    for make in makers:
        for name in (".policy/policy.yaml", ".policy/rules/t/t.lua", ".policy/lib/m.lua", ".policy/rules", ".policy/rules/t"):
            answers += with_entry(repository, make, name)
            os.unlink(repository.path(name))
            for left in (".policy/rules/t", ".policy/rules", ".policy/lib", ".policy"):
                if os.path.isdir(repository.path(left)):
                    os.rmdir(repository.path(left))
    return answers


@case
def rule_file_is_a_directory(repository):
    os.makedirs(repository.path(".policy/rules/t/t.lua/x.lua"))
    return lint(repository, 2, "this is not read", found=())


@case
def names_of_files(repository):
    for name in ("A", "a b", "a\n", "\x1b[2J", "ä", "a" * 200, "a.b"):
        repository.write(".policy/rules/t/%s.lua" % name, RULE % "x")
        repository.write(".policy/lib/%s.lua" % name, "return {}")
    return lint(repository, 2, "a name may only have a-z", found=())


@case
def rules_with_one_name_in_different_case(repository):
    repository.write(".policy/rules/istio/port-name.lua", RULE % "x")
    repository.write(".policy/rules/Istio/Port-Name.lua", RULE % "y")
    return lint(repository, 2, "istio/port-name", "a name may only have a-z")


# ---- who may relax ----


@case
def nested_policy_relaxes(repository):
    repository.write("sub/.policy/policy.yaml", """\
root: true
default: off
locked: []
files: []
exclude: ['**']
namespaces: [{match: '*', rules: {istio/*: off}}]
rules: {istio/*: off, istio/port-name: info, '*': off}
waivers:
- {rule: istio/*, reason: x, owner: o, until: never}
- {rule: '*', file: ../**, reason: x, owner: o, until: never}
""")
    repository.write("sub/.policy/rules/istio/port-name.lua", "return rule {}")
    answers = policy(repository, ROOT + "locked: [istio/*]\ndefault: own\n", 2, "sub/.policy/policy.yaml", "locked")
    there = {finding["file"] for finding in answers[0].report()["findings"] if finding["rule"] == "istio/port-name"}
    require(there >= {"a.yaml", "sub/b.yaml"}, "a locked rule finds nothing in %s", there)
    return answers


@case
def locked_rule_is_ignored_and_waived(repository):
    repository.write("a.yaml", "# krug: ignore-file istio/port-name -- x until 9999-12-31\n" + SERVICE % "a")
    return policy(repository, ROOT + "locked: ['*']\nwaivers: [{rule: '*', reason: x, owner: o, until: never}]\n", 1, "policy/locked")


# ---- size ----


def many(entry, count):
    return "\n".join(entry % number for number in range(count)) + "\n"


@case
def many_waivers(repository):
    """More nodes than a document may have, and as many as fit."""
    repository.write(".policy/policy.yaml",
                     ROOT + "waivers:\n" + many("- {rule: istio/port-name, namespace: n%d, reason: x, owner: o, until: never}", 80000))
    answers = lint(repository, 1, "policy/waiver-unused", memory=1 << 30)
    repository.write(".policy/policy.yaml",
                     ROOT + "waivers:\n" + many("- {rule: istio/port-name, namespace: n%d, reason: x, owner: o, until: never}", 200000))
    return answers + lint(repository, 2, "more than 1000000 values in one document", found=(), memory=1 << 30)


SERVICES = "---\n".join(SERVICE % ("s%d" % number) for number in range(4000))


@case
def many_waivers_of_many_findings(repository):
    """All of them are for each."""
    repository.write("a.yaml", SERVICES)
    return policy(repository, ROOT + "waivers:\n" + many("- {rule: istio/port-name, file: '**', reason: x%d, owner: o, until: 9999-01-01}", 4000),
                  1, found=("manifest/duplicate-key",))


@case
def many_ended_waivers_of_many_findings(repository):
    repository.write("a.yaml", SERVICES)
    return policy(repository, ROOT + "waivers:\n" + many("- {rule: istio/port-name, file: '**', reason: x%d, owner: o, until: 2020-01-01}", 400),
                  1, "x9", "policy/waiver-ended")


@case
def many_namespaces(repository):
    return policy(repository, ROOT + "namespaces:\n" + many("- {match: 'n%d-*', owner: t, rules: {istio/port-name: warn}}", 60000), 1,
                  memory=1 << 30)


@case
def many_settings(repository):
    return policy(repository, ROOT + "rules:\n" + many("  istio/%d*: off", 20000), 2, "matches no rule", found=(), memory=1 << 30)


@case
def many_files(repository):
    return policy(repository, ROOT + "files:\n" + many("- 'd%d/**/*.yaml'", 200000) + "- '**'\n", 1, memory=1 << 30)


@case
def many_elsewhere(repository):
    repository.write(".policy/rules/t/t.lua",
                     RULE.replace("ctx:fail", 'while true do ctx:elsewhere("Service", "x", "y") end ctx:fail') % "x")
    return policy(repository, ROOT + "elsewhere:\n" + many("- {kind: Service, namespace: n%d, name: x}", 100000), 2,
                  "10,000,000 instructions", memory=1 << 30)


@case
def elsewhere_of_long_names(repository):
    """Each glob tries its letters at each letter of the name."""
    asks = 'for _, n in ipairs { 4096, 4097, 8 << 20 } do ctx:elsewhere("Secret", "n", string.rep("a", n)) end ctx:fail'
    repository.write(".policy/rules/t/t.lua", RULE.replace("ctx:fail", asks) % "x")
    entries = ROOT + "elsewhere:\n" + many("- {kind: Secret, namespace: '*', name: '*" + "a" * 2000 + "b%d'}", 1000)
    return policy(repository, entries, 2, "10,000,000 instructions", memory=1 << 30) + \
        policy(repository, ROOT + "elsewhere: [{kind: Secret, name: '*%sb'}]\n" % ("a" * 60), 1, found=("t/t",))


@case
def large_policy(repository):
    return policy(repository, ROOT + "#" + "x" * ((64 << 20) + 1), 2, "larger than 64 MiB", found=(), memory=1 << 30) + \
        policy(repository, ROOT + "vars: {a: '" + "x" * (17 << 20) + "'}\n", 2, "16 MiB", found=(), memory=1 << 30)


@case
def many_rules(repository):
    """Ten thousand rules; each waits for the next."""
    for number in range(10000):
        after = 'after = { "p%d/r%d" },' % ((number + 1) // 100, (number + 1) % 100) if number < 9999 else ""
        repository.write(".policy/rules/p%d/r%d.lua" % (number // 100, number % 100), (RULE % "x").replace("check =", after + " check ="))
    return lint(repository, 1, memory=1 << 30, found=("p99/r99",))


@case
def rules_that_each_keep_much(repository):
    """What a rule keeps from when it was loaded is there for ever: all together have a bound."""
    for number in range(40):
        repository.write(".policy/rules/t/r%d.lua" % number,
                         "local t = {} for i = 1, 500000 do t[i] = { i } end\n" + (RULE % "%d").replace('"%d"', '"%d", #t'))
    return lint(repository, 2, "all rules together keep more than 128 MiB", found=("t/r0",))


@case
def rule_that_keeps_more_with_each_document(repository):
    """What it may take for one document it may not keep from all of them."""
    repository.write(".policy/rules/t/t.lua",
                     "local kept = {}\n" + (RULE % "x").replace("ctx:fail", "local t = {} for i = 1, 1000000 do t[i] = i end kept[#kept + 1] = t ctx:fail"))
    repository.write("a.yaml", "---\n".join(SERVICE % ("s%d" % number) for number in range(30)))
    return lint(repository, 1, found=("istio/port-name", "t/t"))


@case
def rule_that_leaves_much_behind_with_each_item(repository):
    """What it has made for one item of a List is garbage when the next comes."""
    repository.write(".policy/rules/t/t.lua", (RULE % "x").replace("ctx:fail", "local t = {} for i = 1, 500000 do t[i] = i end ctx:fail"))
    repository.write("a.yaml", "apiVersion: v1\nkind: List\nitems:\n" + many("- {apiVersion: v1, kind: Service, metadata: {name: s%d}}", 60))
    return lint(repository, 1, found=("t/t",))


@case
def many_policies(repository):
    for number in range(2000):
        repository.write("d%d/.policy/policy.yaml" % number, "vars: {a: b}\n")
        repository.write("d%d/a.yaml" % number, SERVICE % "a")
    return lint(repository, 1, memory=1 << 30)


@case
def deep_policies(repository):
    path = ""
    for number in range(150):
        path += "d%d/" % number
        repository.write(path + ".policy/policy.yaml", "rules: {istio/port-name: warn}\n")
    repository.write(path + "a.yaml", SERVICE % "a")
    return lint(repository, 1)


# ---- globs, layouts, variables ----


@case
def globs_without_end(repository):
    repository.write("a" * 200 + ".yaml", SERVICE % "c")
    hard = "*a" * 2000 + "b"
    deep = "**/" * 2000 + "*a" * 2000
    return policy(repository, ROOT + "exclude: ['%s', '%s']\nwaivers: [{rule: '%s', namespace: '%s', reason: x, owner: o, until: never}]\n"
                  "namespaces: [{match: '%s', owner: x}]\nlocked: ['%s']\n" % (hard, deep, "istio/*" + "*" * 2000, hard, hard, hard), 2,
                  memory=1 << 30)


@case
def glob_of_deep_ends(repository):
    return policy(repository, ROOT + "exclude: ['x%s']\n" % ("/**" * 1000000), 1)


@case
def layout_of_many_captures(repository):
    captures = "".join("{c%d}-" % number for number in range(20000))
    namespace = "".join("{c%d}" % number for number in range(20000))
    return policy(repository, ROOT + "layout:\n- {path: '%s', namespace: '%s'}\n- {path: '**', namespace: other}\n" % (captures, namespace), 2,
                  found=(), memory=1 << 30)


@case
def layout_of_many_stars(repository):
    return policy(repository, ROOT + "layout:\n- {path: '%s{a}.yaml', namespace: '{a}'}\n- {path: '**', namespace: other}\n" % ("*?" * 1000000), 2,
                  found=(), memory=1 << 30)


@case
def layout_of_many_entries(repository):
    return policy(repository, ROOT + "layout:\n" + many("- {path: 'd%d/{a}/**', namespace: '{a}'}", 100000) + "- {path: '**', namespace: other}\n",
                  1, memory=1 << 30)


@case
def variables_of_variables(repository):
    variables = "".join("  v%d: {a: '{b:v%d}{b:v%d}', b: '{a:v%d}'}\n" % (n, n + 1, n + 1, n + 1) for n in range(60))
    return policy(repository, ROOT + "vars:\n" + variables + "layout:\n- {path: '{a}.yaml', namespace: '{a:v0}{a:v1}'}\n- {path: '**'}\n", 1,
                  found=(), memory=1 << 30)


# ---- YAML ----


@case
def alias_bomb(repository):
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join("a%d: &a%d [%s]\n" % (n, n, ", ".join(["*a%d" % (n - 1)] * 10)) for n in range(1, 12))
    answers = policy(repository, ROOT + "vars:\n" + "".join("  " + line + "\n" for line in bomb.splitlines()), 2, ".policy/policy.yaml", found=())
    repository.write(".policy/policy.yaml", ROOT)
    repository.write(".policy/baseline.json", "version: 1\n" + bomb + "findings: *a11\n")
    return answers + lint(repository, 2, ".policy/baseline.json")


@case
def deep_nesting(repository):
    answers = policy(repository, ROOT + "vars: " + "[" * 100000 + "]" * 100000 + "\n", 2, "nested", found=())
    answers += policy(repository, ROOT + "vars: " + "{a: " * 100000 + "}" * 100000 + "\n", 2, "nested", found=())
    answers += policy(repository, ROOT + "vars: {a: " + "[" * 900 + "]" * 900 + "}\n", 2, "`vars` are nested more than 32 deep")
    answers += policy(repository, ROOT + "vars: {a: " + "[" * 31 + "]" * 31 + "}\n", 1)
    repository.write(".policy/baseline.json", '{"version": 1, "findings": ' + "[" * 100000 + "]" * 100000 + "}")
    return answers + lint(repository, 2, "nested")


@case
def policy_is_no_text(repository):
    answers = []
    for content in (b"\xff\xfe\x00r\x00", b"root: true\0\n", b"\x80\x81", b"\x00" * 1000, b"root: true\n...\n%YAML 9.9\n---\nx: y", b"\xef\xbb\xbf",
                    b"? [a]\n: b\n", b"!!python/object:os.system x", b"<<: {root: true}\n<<: *x\n", b"root: &a *a\n", b"%" * 70000):
        repository.write(".policy/policy.yaml", content)
        for jobs in (1, 2):
            answers.append(repository.run("lint", "-j", str(jobs), jobs=jobs))
        require(content == b"\xef\xbb\xbf" or answers[-1].status == 2, "%r: status %d", content[:20], answers[-1].status)
    return answers


# ---- numbers and days ----


@case
def days_that_are_none(repository):
    days = ["9999-99-99", "1000000000-01-01", "0000-00-00", "-1-01-01", "2026-02-30", "9999-12-32", "99999999999999999999", "1e9", "2026-1-1",
            "2026-01-01T00:00:00Z", "never ", "0x7e9-01-01", "２０２６-01-01"]
    waivers = "".join("- {rule: istio/port-name, reason: x, owner: o, until: '%s'}\n" % day for day in days)
    answers = policy(repository, ROOT + "waivers:\n" + waivers, 2, "is no day")
    require(len(answers[0].report()["problems"]) == len(days), "not each day is told: %s", answers[0].err)
    answers += policy(repository, ROOT + "namespaces: [{match: '*', rules: {istio/*: {level: off, error_from: 9999-99-99}}}]\n", 2, "9999-99-99", found=())
    for day in ("9999-99-99", "1000000000-01-01", "-1", "", "2026-13-01"):
        answers += lint(repository, 2, "--today", arguments=("--today", day), found=())
    return answers


@case
def last_days(repository):
    return policy(repository, ROOT + "ignores: {until: required, max_days: 36500}\nwaivers:\n"
                  "- {rule: istio/port-name, namespace: x, reason: x, owner: o, until: 9999-12-31}\n", 1, arguments=("--today", "9999-12-31"))


@case
def huge_numbers(repository):
    repository.write(".policy/rules/t/t.lua", (RULE % "x").replace("check =", 'params = { n = param("integer", 1, "n"), '
                     'x = param("any", 1, "x"), f = param("number", 1, "f") }, check =').replace(
                         '"x") end', '"%s %s %s", ctx.params.n, ctx.params.f, ctx.params.x) end'))
    answers = []
    for number in ("9223372036854775807", "-9223372036854775808", "18446744073709551616", "1" * 5000, "1e400", "-1e400", ".nan", ".inf",
                   "0x" + "f" * 40, "1." + "0" * 5000 + "1", "[1e308, {a: [.nan]}]"):
        repository.write(".policy/policy.yaml", ROOT + "rules: {t/t: {level: error, params: {n: %s, f: %s, x: %s}}}\n" % (number, number, number))
        for jobs in (1, 2):
            answers.append(repository.run("lint", "-f", "json", "-j", str(jobs), jobs=jobs))
        require(answers[-1].same() == answers[-2].same() and answers[-1].status, "%s: status %d", number[:30], answers[-1].status)
    answers += policy(repository, ROOT + "ignores: {max_days: 99999999999999999999}\n", 2, "max_days", found=())
    return answers + policy(repository, ROOT + "ignores: {max_days: -1}\n", 2, "max_days", found=())


# ---- baselines ----

ENTRY = '{"fingerprint": "%032x", "rule": "istio/port-name", "level": "error", "file": "a.yaml", "resource": "x", "path": "y"}'


def baseline(repository, content, status, *says, **named):
    repository.write(".policy/policy.yaml", ROOT)
    repository.write(".policy/baseline.json", content)
    return lint(repository, status, *says, **named)


@case
def baselines_of_wrong_types(repository):
    answers = []
    for content in ("", "null", "[]", "5", '"x"', "{}", '{"version": 1}', '{"version": 2, "findings": []}', '{"version": "1", "findings": []}',
                    '{"version": 1e400, "findings": []}', '{"version": 1, "findings": {}}', '{"version": 1, "findings": [5]}',
                    '{"version": 1, "findings": [{"fingerprint": 5, "rule": [], "level": {}, "file": null}]}',
                    '{"version": 1, "findings": [{"fingerprint": "%s", "rule": "x", "level": "off", "file": "y"}]}' % ("0" * 32),
                    '{"version": 1, "findings": [{"fingerprint": "../../x", "rule": "x", "level": "error", "file": "y"}]}',
                    b'{"version": 1, "findings": [{"fingerprint": "\xff\xfe"}]}', b"\xff\xfe\x00", b"\x00", "{" * 10000):
        answers += baseline(repository, content, 2, ".policy/baseline.json")
    return answers


@case
def baseline_of_many_entries(repository):
    entries = ",\n".join(ENTRY % number for number in range(60000))
    answers = baseline(repository, '{"version": 1, "findings": [' + entries + "]}", 1, memory=1 << 30)
    entries = ",\n".join(ENTRY % number for number in range(200000))
    return answers + baseline(repository, '{"version": 1, "findings": [' + entries + "]}", 2, ".policy/baseline.json", memory=1 << 30)


@case
def baseline_of_duplicates(repository):
    entries = ",\n".join([ENTRY % 0] * 60000)
    answers = baseline(repository, '{"version": 1, "findings": [' + entries + "]}", 1, memory=1 << 30)
    return answers + baseline(repository, '{"version": 1, "version": 1, "findings": [], "findings": []}', 1)


@case
def baseline_is_no_file(repository):
    repository.write(".policy/policy.yaml", ROOT)
    answers = []
    for make in (os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path), lambda path: os.symlink("baseline.json", path)):
        make(repository.path(".policy/baseline.json"))
        answers += lint(repository, 2, ".policy/baseline.json", found=())
        answers.append(repository.run("baseline"))
        path = repository.path(".policy/baseline.json")
        if stat.S_ISDIR(os.lstat(path).st_mode):
            os.rmdir(path)
        else:
            os.unlink(path)
    return answers


drive(CASES)
