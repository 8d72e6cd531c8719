#!/usr/bin/env python3
"""Holds krug's instructions to what is committed in instructions.json: status 1 where one grew by more than 5 %.

    cmake --build build --target bench-guard     compare
    python3 test/bench/guard.py --write          commit what it is today

Counted are, for no rules, the rules' own levels and all rules, the start (a repository of two documents) and each
document of a small generated repository. Other versions of the compiler or a library make other counts: there nothing
is compared, and the output says so; --comparable only asks.
"""
import json, os, sys
import callgrind, measuring
from measuring import table

RECORD = os.path.join(measuring.HERE, "instructions.json")
ALLOWED = 1.05
POLICIES = {"no rules": 'rules: {"*": off}\n', "own levels": "rules: {}\n", "all rules": 'rules: {"*": warn}\n'}
SMALL = {"namespaces": 1, "services": 1, "resources": 1}
LARGE = {"namespaces": 10, "services": 3, "resources": 9, "faults": 20}
DOCUMENTS = [count["namespaces"] * (1 + count["services"] * count["resources"]) for count in (SMALL, LARGE)]


def count(programs):
    """The instructions of a start, and of each document beyond it, by policy."""
    found = {}
    for name, text in POLICIES.items():
        policy = measuring.put(os.path.join(programs.place, "guard", name.replace(" ", "-") + ".yaml"), text)
        runs = [callgrind.run(programs.lint("--allow-empty", "--policy", policy, "."), directory=programs.generate(
            "guard-" + size, **shape))[0] for size, shape in (("small", SMALL), ("large", LARGE))]
        found[name] = {"start": runs[0], "document": round((runs[1] - runs[0]) / (DOCUMENTS[1] - DOCUMENTS[0]))}
    return found


def difference(build):
    """How the tools of this machine differ from those of the record; empty where they do not."""
    here, there = measuring.tools(build), json.load(open(RECORD, encoding="utf-8"))["tools"]
    return ["%s: recorded with %s, here %s" % (key, there.get(key), here.get(key))
            for key in sorted({*here, *there}) if here.get(key) != there.get(key)]


def compare(found):
    """Prints the counts beside those of the record; whether one grew too much."""
    record = json.load(open(RECORD, encoding="utf-8"))["instructions"]
    rows, grown, fallen = [], False, False
    for policy, counts in found.items():
        for what, now in counts.items():
            before = record.get(policy, {}).get(what, 0)
            ratio = now / before if before else float("inf")
            grown |= ratio > ALLOWED
            fallen |= ratio * ALLOWED < 1
            rows.append(["%s, %s" % (policy, what), "{:,}".format(before), "{:,}".format(now),
                         "%+.1f %%" % (100 * ratio - 100)])
    print(table(["instructions", "recorded", "now", "change"], rows))
    if grown:
        print("\nkrug does more work than was recorded, by over 5 %. If that is what a new rule or feature costs:\n"
              "    python3 test/bench/guard.py --write\nand say in the commit what it buys.")
    elif fallen:
        print("\nkrug does less work than was recorded: so that it stays, python3 test/bench/guard.py --write")
    return grown


def main():
    arguments = measuring.read_arguments(
        __doc__, ("--write", {"action": "store_true", "help": "record the counts of today"}),
        ("--comparable", {"action": "store_true", "help": "ask if the record is for the tools here"}))
    other = [] if arguments.write else difference(arguments.build)
    if not callgrind.works():
        other = ["valgrind is not here, or does not work"]
    if arguments.comparable or other:
        print("\n".join(other + ["instructions are not compared"] if other else ["instructions can be compared"]))
        return 1 if other and arguments.comparable else 0
    found = count(measuring.Programs(arguments.build))
    if arguments.write:
        record = {"tools": measuring.tools(arguments.build), "instructions": found}
        measuring.put(RECORD, json.dumps(record, indent=1) + "\n")
        print("written: test/bench/instructions.json")
    return 1 if compare(found) else 0


if __name__ == "__main__":
    sys.exit(main())
