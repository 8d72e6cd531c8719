#!/usr/bin/env python3
"""growth_test.py KRUG [NAME...]: four times the hostile input is about four times the work.

Counted in instructions, so that the machine's speed does not matter: what a case takes beyond krug's start at N and at
4 N. Sorting makes that a little more than four times; what is quadratic comes near sixteen.
"""
import os, sys, tempfile
import hostile, manifests, texts
from hostile import check

sys.path.insert(0, os.path.join(hostile.ROOT, "test", "bench"))
import callgrind

FACTOR = 5.5


def count(krug, place, files):
    hostile.write(place, files)
    reports = [word for name in ("console", "json", "html") for word in ("-f", name + ":report." + name)]
    return callgrind.run(hostile.lint(krug, *reports), directory=place)[0]


def main():
    krug, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory() as place:
        start = count(krug, place, {"a.yaml": "a: 1\n"})
    for case in manifests.CASES:
        if not case.growth or names and case.name not in names:
            continue
        found = []
        for size in (case.growth, 4 * case.growth):
            with tempfile.TemporaryDirectory() as place:
                found.append(count(krug, place, case.make(size).files) - start)
        ratio = found[1] / found[0]
        print("%-40s %6.1f M %6.1f M %6.2f" % (case.name, found[0] / 1e6, found[1] / 1e6, ratio), flush=True)
        check(ratio < FACTOR, case.name + ": four times the input are %.1f times the instructions" % ratio)
    return hostile.finish()


if __name__ == "__main__":
    sys.exit(main())
