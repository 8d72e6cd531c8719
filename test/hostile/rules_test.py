#!/usr/bin/env python3
"""rules_test.py KRUG [ATTACK...]: rules that mean harm, one in each file of rules/.

An attack is a rule, or, where it does not say `return rule`, the body of a check. Comments at its head say what is
expected of a run with it:

    -- says: TEXT         what the problem says, or with `status: 1` a finding's message; may be repeated
    -- status: N          2 where it is not told
    -- run: WORDS         the arguments of krug: `lint` where it is not told
    -- lib: CODE          the module `m` of the policy
    -- attacks: NAME...   the functions that it is about

Each is run beside a rule that is well, with one job and with two: both say the same, the other rule's findings are
all there, and the problem names the rule and its file. A function that rules have and no attack names is wrong.
"""
import glob, os, re

from attack import FLAGS, KRUG, SANITIZED, SERVICE, Repository, drive, require

HERE = os.path.dirname(os.path.abspath(__file__))
POLICY = "root: true\ndefault: own\nrules: {tenancy/*: off, manifest/*: off, manifest/duplicate-key: error}\n"
FILES = ["a.yaml", "b.yaml"]
# what is found in each of them without the attack
HEALTHY = ["istio/port-name", "manifest/duplicate-key"]
BODY = 'return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) %s\nend }'


class Attack:
    def __init__(self, path):
        self.name = os.path.splitext(os.path.basename(path))[0]
        text = open(path, encoding="utf-8").read()
        self.heads = re.findall(r"^-- (\w+): (.*)$", text, re.M)
        self.code = text if "return rule" in text or self.head("whole") else BODY % re.sub("^--.*\n", "", text, flags=re.M)
        self.status = int(self.head("status", "2"))
        self.arguments = self.head("run", "lint").split()

    def all(self, key):
        return [value for name, value in self.heads if name == key]

    def head(self, key, default=None):
        return (self.all(key) or [default])[0]

    def set_up(self, repository):
        repository.write(".policy/policy.yaml", POLICY)
        repository.write(".policy/rules/t/t.lua", self.code)
        if self.head("lib"):
            repository.write(".policy/lib/m.lua", self.head("lib"))
        repository.write("facts/z.yaml", SERVICE % "z")
        for name in FILES:
            repository.write(name, SERVICE % name[0])

    def check_lint(self, report):
        own = [finding["message"] for finding in report["findings"] if finding["rule"] == "t/t"]
        problems = [problem for problem in report["problems"] if problem["rule"] == "t/t"]
        for file in FILES:
            there = {finding["rule"] for finding in report["findings"] if finding["file"] == file}
            require(there >= set(HEALTHY), "%s: findings of other rules are missing: there are %s", file, there)
        if self.status == 2:
            require(problems and all(p["file"] == ".policy/rules/t/t.lua" for p in problems), "no problem names the rule")
            require(len(report["problems"]) == len(problems), "problems of others: %s", report["problems"])
        said = "\n".join([problem["message"] for problem in problems] + own)
        for text in self.all("says"):
            require(text in said, "does not say: %s\nbut: %.1500s", text, said)

    def run(self):
        with Repository(KRUG, SANITIZED) as repository:
            self.set_up(repository)
            if self.arguments[0] != "lint":
                answer = repository.run(*self.arguments)
                require(answer.status == self.status, "status %d: %s%s", answer.status, answer.out, answer.err)
                for text in self.all("says"):
                    require(text in answer.out + answer.err, "does not say: %s\nbut: %.1500s", text, answer.out + answer.err)
                return [answer]
            answers = [repository.run(*self.arguments, "-f", "json", "-j", str(jobs), jobs=jobs) for jobs in (1, 2)]
            require(answers[0].same() == answers[1].same(), "one job and two say different things")
            require(answers[0].status == self.status, "status %d: %.1500s", answers[0].status, answers[0].err)
            self.check_lint(answers[0].report())
            return answers


def attacks():
    return [Attack(path) for path in sorted(glob.glob(os.path.join(HERE, "rules", "*.lua")))]


# ---- what there is to attack ----

WALK = """
local function walk(table, prefix)
  for name, value in pairs(table) do
    if type(value) == "function" then ctx:fail(doc, "%s", prefix .. name) end
    if type(value) == "table" and value ~= _ENV then walk(value, prefix .. name .. ".") end
  end
end
walk(_ENV, "")
"""


def functions(repository):
    """Names of all functions that a rule has; those of ctx, which cannot be walked, as editors are told of them, which
    annotations_test.py holds to what there is."""
    repository.write(".policy/policy.yaml", POLICY)
    repository.write(".policy/rules/t/t.lua", BODY % WALK)
    repository.write("a.yaml", SERVICE % "a")
    answer = repository.run("lint", "-f", "json")
    names = {finding["message"] for finding in answer.report()["findings"] if finding["rule"] == "t/t"}
    annotated = open(os.path.join(HERE, "..", "..", "lua", "krug.d.lua"), encoding="utf-8").read()
    names |= {"ctx." + name for name in re.findall(r"^function context[.:](\w+)\(", annotated, re.M)}
    return answer, names


def every_function_is_attacked():
    with Repository(KRUG, SANITIZED) as repository:
        answer, names = functions(repository)
    require(len(names) > 60, "only these functions were found: %s", names)
    named = {}
    for attack in attacks():
        for name in " ".join(attack.all("attacks")).split():
            named.setdefault(name, []).append(attack)
    missing = sorted(names - set(named))
    require(not missing, "no attack names: %s", " ".join(missing))
    gone = sorted(set(named) - names)
    require(not gone, "attacks name what is no function of rules: %s", " ".join(gone))
    for name, those in named.items():
        for attack in those:
            require(name.split(".")[-1] in re.sub(r"^--.*$", "", attack.code, flags=re.M), "%s does not call %s", attack.name, name)
    return [answer]


# ---- every function with every extreme value ----

VALUES = """
local deep = {} for i = 1, 100 do deep = { deep, x = deep } end
local ring = {} ring[1] = ring ring.x = ring
local values = { nil, true, 0, 1, -1, 1.5, math.mininteger, math.maxinteger, 1 << 31, -(1 << 31) - 1, 1 << 53, 0 / 0,
  math.huge, -math.huge, -0.0, 1e308, "", "a", "\\0", "\\xff\\xfe", "9223372036854775808", "0x" , "%s%d%y", "(", "**/**/a",
  string.rep("a", 70000), {}, { 1, 2, 3, n = 3 }, deep, ring, doc, doc.spec.ports, ctx, at(doc, "spec"), ctx.scope, _ENV,
  string, print_nothing, function(...) return ... end, function() error({}) end, error, pcall }
local count = 42
"""
EXTREMES = VALUES.replace("print_nothing", "null") + """
for i = 1, count do
  pcall(attacked, values[i])
  for j = 1, count do pcall(attacked, values[i], values[j]) pcall(attacked, ctx, values[i], values[j]) end
end
local middle = { nil, 0, -1, math.mininteger, math.maxinteger, 0 / 0, "a", "%s", {}, ctx, doc }
for i = 1, 11 do for j = 1, 11 do for k = 1, 11 do
  pcall(attacked, middle[i], middle[j], middle[k]) pcall(attacked, ctx, middle[i], middle[j], middle[k])
  pcall(attacked, values[1 + (i * 7 + j) % count], middle[j], middle[k], middle[i], values[1 + (k * 5 + i) % count])
end end end
ctx:fail(doc, "alive")
"""


def survives_extremes():
    """Each function with any values in any place: it raises or answers; the rule comes to its end or to its budget."""
    with Repository(KRUG, SANITIZED) as repository:
        _, names = functions(repository)
        repository.write(".policy/rules/t/t.lua", BODY % "")
        checks = sorted(name for name in names if name not in ("ctx.emit", "ctx.facts"))
        for number, name in enumerate(checks):
            repository.write(".policy/rules/x/n%d.lua" % number, BODY % ("local attacked = %s %s" % (name, EXTREMES)))
        answers = [repository.run("lint", "-f", "json", "-j", str(jobs), jobs=jobs, memory=900 << 20) for jobs in (1, 2)]
        require(answers[0].same() == answers[1].same(), "one job and two say different things")
        report = answers[0].report()
        for number, name in enumerate(checks):
            alive = any(f["rule"] == "x/n%d" % number and f["message"] == "alive" for f in report["findings"])
            told = [p["message"] for p in report["problems"] if p["rule"] == "x/n%d" % number]
            require(alive or told, "%s ends without a word", name)
            require(not alive or not told, "%s: alive, and a problem: %s", name, told)
            expected = ("used up its budget", "changes the document") if name in ("rule", "pass", "fail") else ("used up its budget",)
            require(alive or any(words in told[0] for words in expected), "%s: %s", name, told)
        return answers


CASES = [(attack.name, attack.run) for attack in attacks()]
CASES += [("every-function-is-attacked", every_function_is_attacked), ("survives-extremes", survives_extremes)]
if "--list" in FLAGS:
    print("\n".join(name for name, _ in CASES))
else:
    drive(CASES)
