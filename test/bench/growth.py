#!/usr/bin/env python3
"""Shows how krug's cost grows: with documents, with rules that do not concern them, with findings, with facts.

    cmake --build build --target bench-growth
    python3 test/bench/growth.py --documents 1000000     up to that many (100,000)

One thread, all rules on. Instructions are counted where that takes no minutes; processor seconds and peak memory are
told always.
"""
import json, os, sys
import callgrind, measuring
from measuring import say, table

COUNTED = 3e9  # instructions: more are not counted, which takes callgrind half a minute already
PER_SECOND = 8e9  # a guess at what the processor does, to know beforehand

OTHER = """\
return rule {
  title = "A rule for a kind that no document is of",
  level = "warn",
  kinds = { "example.com/Kind%d" },
  check = function(doc, ctx)
    if doc.spec.size == nil then ctx:fail(at(doc, "spec"), "no size") end
  end,
}
"""

FINDINGS = """\
return rule {
  title = "So many findings in each document",
  level = "warn",
  kinds = { "*" },
  params = { count = param("integer", 0, "how many") },
  check = function(doc, ctx)
    for i = 1, ctx.params.count do ctx:fail(at(doc, "metadata", "name"), "finding %d", i) end
  end,
}
"""

FACTS = """\
return rule {
  title = "So many facts of each document",
  level = "warn",
  params = {
    count = param("integer", 0, "how many"),
    shared = param("boolean", false, "whether all have one key"),
  },
  collect = {
    ["*"] = function(doc, ctx)
      for i = 1, ctx.params.count do
        local key = { ctx.resource.kind, ctx.resource.namespace or "", ctx.resource.name or "", i }
        ctx:emit(ctx.params.shared and "all" or key, { number = i, at = at(doc, "metadata", "name") })
      end
    end,
  },
  join = function(key, facts, ctx)
    local sum = 0
    for fact in each(facts) do sum = sum + fact.value.number end
    if sum < 0 then ctx:fail(facts[1].value.at, "never") end
  end,
}
"""


class Growth:
    def __init__(self, programs, largest):
        self.programs, self.largest = programs, largest
        self.counts = callgrind.works()
        self.thousand = programs.generate("growth-1000", namespaces=10, services=11, resources=9)
        self.few = programs.generate("growth-100", namespaces=1, services=11, resources=9)

    def policy(self, name, rules, settings=""):
        """A policy directory with RULES, file names to texts, beside all others."""
        place = os.path.join(self.programs.place, "growth", name)
        for file, text in rules.items():
            measuring.put(os.path.join(place, "rules", "bench", file + ".lua"), text)
        measuring.put(os.path.join(place, "policy.yaml"), 'rules:\n  "*": warn\n' + settings)
        return ["--policy", place]

    def cost(self, directory, options):
        """Seconds, peak memory, and the instructions where they are few enough."""
        command = self.programs.lint(*options, directory)
        result = self.programs.run(command)
        if self.counts and result["processor"] * PER_SECOND < COUNTED:
            result["instructions"] = callgrind.run(command)[0]
        return result

    def documents(self):
        say("documents")
        options, count = self.policy("none", {}), 1000
        while count <= self.largest:
            directory = self.programs.generate("growth-%d" % count, namespaces=count // 100, services=11, resources=9)
            yield {"documents": count, **self.cost(directory, options)}
            count *= 10

    def rules(self):
        say("rules of other kinds")
        for count in (0, 10, 100, 1000):
            options = self.policy("rules-%d" % count, {"other-%d" % i: OTHER % i for i in range(count)})
            few, many = (self.cost(directory, options) for directory in (self.few, self.thousand))
            yield {"rules": count, "start": few, **many}

    def steps(self):
        """0, 1,000, 10,000 and on: findings or facts of 100 documents."""
        return [0] + [10**power for power in range(3, 7) if 10**power <= self.largest]

    def findings(self):
        say("findings")
        for count in self.steps():
            settings = "  bench/findings: {params: {count: %d}}\n" % (count // 100)
            options = self.policy("findings-%d" % count, {"findings": FINDINGS}, settings)
            yield {"findings": count, **self.cost(self.few, options)}

    def facts(self, shared):
        say("facts, one key" if shared else "facts, a key each")
        for count in self.steps():
            settings = "  bench/facts: {params: {count: %d, shared: %s}}\n" % (count // 100, str(shared).lower())
            options = self.policy("facts-%d-%d" % (count, shared), {"facts": FACTS}, settings)
            yield {"facts": count, **self.cost(self.few, options)}

    def measure(self):
        return {"documents": list(self.documents()), "rules": list(self.rules()), "findings": list(self.findings()),
                "facts, a key each": list(self.facts(False)), "facts, one key": list(self.facts(True))}


def number(value, unit="", digits=0):
    return "" if value is None else "{:,.{}f}{}".format(value, digits, unit)


def documents_table(rows):
    return table(["documents", "instructions a document", "processor time a document", "peak memory"], [
        ["{:,}".format(it["documents"]),
         number(it["instructions"] / it["documents"] if "instructions" in it else None),
         number(1e6 * it["processor"] / it["documents"], " µs"), number(it["peak"] / 1e6, " MB", 1)] for it in rows])


def rules_table(rows):
    lines = []
    for it in rows:
        counted = "instructions" in it and "instructions" in it["start"]
        each = (it["instructions"] - it["start"]["instructions"]) / 900 if counted else None
        start = it["start"]["instructions"] - 100 * each if counted else None
        milliseconds = number(1e3 * it["start"]["seconds"], " ms")
        lines.append(["{:,}".format(it["rules"]), number(each), number(start), milliseconds])
    head = ["rules of other kinds", "instructions a document", "of the start", "100 documents, start to exit"]
    return table(head, lines)


def more_table(what, one, rows):
    """What each ONE costs beyond the run without any."""
    base, lines = rows[0], []
    for it in rows[1:]:
        count = it[what]
        counted = "instructions" in it and "instructions" in base
        lines.append(["{:,}".format(count),
                      number((it["instructions"] - base["instructions"]) / count if counted else None),
                      number(1e6 * (it["processor"] - base["processor"]) / count, " µs", 1),
                      number((it["peak"] - base["peak"]) / count)])
    return lines, ["instructions a " + one, "processor time a " + one, "bytes of peak memory a " + one]


def render(result):
    findings, head = more_table("findings", "finding", result["findings"])
    parts = [result["measured"], documents_table(result["documents"]), rules_table(result["rules"]),
             table(["findings of 100 documents", *head], findings)]
    for name in ("facts, a key each", "facts, one key"):
        lines, head = more_table("facts", "fact", result[name])
        parts.append(table([name.replace("facts", "facts of 100 documents"), *head], lines))
    return "\n\n".join(parts)


def main():
    arguments = measuring.read_arguments(
        __doc__, ("--documents", {"type": int, "default": 100000, "metavar": "N",
                                  "help": "at most, and so many findings and facts (100,000)"}),
        ("--write", {"action": "store_true", "help": "put the figures into docs/performance.md"}))
    growth = Growth(measuring.Programs(arguments.build), arguments.documents)
    result = {"measured": measuring.measured_on(arguments.build), **growth.measure()}
    measuring.put(os.path.join(arguments.build, "growth.json"), json.dumps(result, indent=1) + "\n")
    print(render(result))
    if arguments.write:
        measuring.write_page("growth", render(result))


if __name__ == "__main__":
    sys.exit(main())
