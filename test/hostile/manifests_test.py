#!/usr/bin/env python3
"""manifests_test.py KRUG MEASURE [NAME...]: hostile manifests get the answer that they must, in bounded memory.

Memory is bounded by what is read and what is found: see ALLOWED. That time is, says growth_test.py.
"""
import os, sys, tempfile
from collections import Counter
import hostile, manifests, texts
from hostile import MIB, check

# Bytes of peak memory: of krug itself with all its rules; for a byte of the input (of UTF-16, which becomes UTF-8, of
# the text, of a scalar in it, and of one that a rule looked at); for a value of a document, where VALUES are many;
# for a document of a file.
KRUG, BYTE, VALUE, DOCUMENT = 20 * MIB, 6, 160, 1000


def memory(case, size, report):
    count = len(report["findings"] + report["hidden"])
    return (KRUG + BYTE * size + VALUE * case.values + DOCUMENT * report["summary"]["documents"] + case.each * count)


def judge(name, case, size, run, report):
    found = Counter(finding["rule"] for finding in report["findings"])
    if case.status is None:
        case.status, case.rules = run.status if run.status < 2 else 0, found
    check(run.status == case.status, name + ": status", run.status, "expected", case.status, run.errors)
    check(found == case.rules, name + ": found", dict(found), "expected", dict(case.rules), report["findings"][:1])
    check(not run.errors, name + ": says", run.errors)
    check(case.holds(report), name + ": does not hold of", str(report)[:1000])
    if case.documents is not None:
        check(report["summary"]["documents"] == case.documents, name + ": documents", report["summary"]["documents"])
    check(run.peak < memory(case, size, report), name + ": %d MiB for %d bytes and %d findings, at most %d MiB" % (
        run.peak / MIB, size, len(report["findings"]), memory(case, size, report) / MIB))


def main():
    krug, measure, names = *map(os.path.abspath, sys.argv[1:3]), sys.argv[3:]
    for case in manifests.CASES:
        if names and case.name not in names:
            continue
        with tempfile.TemporaryDirectory() as place:
            made = case.make(case.answer)
            size = hostile.write(place, made.files)
            out = os.path.join(place, "report.out")
            run = hostile.Run(measure, hostile.lint(krug, "-f", "json:" + out), place)
            judge(case.name, made, size, run, hostile.read_json(out))
            print("%-40s %7.2f s %7.1f MiB %9d bytes" % (case.name, run.seconds, run.peak / MIB, size), flush=True)
    return hostile.finish()


if __name__ == "__main__":
    sys.exit(main())
