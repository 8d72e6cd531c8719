#!/usr/bin/env python3
"""generate_test.py KRUG: what generate makes is the same each time, and krug finds in it the faults that were asked
for, each in its place, and nothing else."""
import hashlib, json, os, subprocess, sys, tempfile

GENERATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "generate")


def generate(directory, *options):
    subprocess.run([sys.executable, GENERATE, directory, *map(str, options)], check=True, stdout=subprocess.DEVNULL)
    return directory


def contents(directory):
    """The files by their paths; faults.txt is of the whole."""
    found = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            if name != "faults.txt":
                found[os.path.relpath(path, directory)] = hashlib.sha256(open(path, "rb").read()).hexdigest()
    return found


def lint(krug, directory):
    """Every finding as a line of faults.txt, and the report's summary."""
    done = subprocess.run([krug, "lint", "--today", "2026-11-23", "-f", "json", directory], stdout=subprocess.PIPE)
    if done.returncode > 1:
        sys.exit("krug lint ended with status %d" % done.returncode)
    report = json.loads(done.stdout)
    return ["%s:%d %s" % (it["file"], it["line"], it["rule"]) for it in report["findings"]], report["summary"]


def check_same(place):
    shape = ("--namespaces", 6, "--services", 2, "--resources", 9, "--faults", 7)
    one = contents(generate(place + "/one", *shape))
    if one != contents(generate(place + "/again", *shape)):
        yield "the same arguments make other bytes"
    if one == contents(generate(place + "/seed", *shape, "--seed", 2)):
        yield "another seed makes the same bytes"
    if len(one) != 1 + 6 * (1 + 2 * 9):
        yield "%d files" % len(one)


def check_parts(place):
    whole = contents(generate(place + "/whole", "--namespaces", 24))
    parts = contents(generate(place + "/begin", "--namespaces", 10))
    parts.update(contents(generate(place + "/end", "--namespaces", 14, "--first", 10)))
    if whole != parts:
        yield "two halves are not the whole"


def check_faults(krug, place):
    for faults in (0, 60):
        directory = generate(place + "/faults-%d" % faults, "--namespaces", 8, "--resources", 9, "--faults", faults)
        found, summary = lint(krug, directory)
        expected = open(directory + "/faults.txt", encoding="utf-8").read().splitlines()
        if len(expected) != faults:
            yield "%d faults were asked for; faults.txt has %d" % (faults, len(expected))
        if faults and len({line.split()[1] for line in expected}) < 5:
            yield "not every kind of fault is among %d" % faults
        for line in sorted(set(expected) - set(found)):
            yield "not found: " + line
        for line in sorted(set(found) - set(expected)):
            yield "not asked for (the generated manifests are to be right: change generate): " + line
        if len(found) != len(set(found)):
            yield "a fault is found twice"
        if summary["documents"] != 8 * (1 + 3 * 9):
            yield "%d documents" % summary["documents"]


def main():
    krug = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as place:
        wrong = [*check_same(place), *check_parts(place), *check_faults(krug, place)]
    print("\n".join(wrong + ["%d wrong" % len(wrong)]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
