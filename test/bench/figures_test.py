#!/usr/bin/env python3
"""figures_test.py: what the bench makes of callgrind's profiles, and when the guard fails; nothing is measured."""
import contextlib, io, json, os, sys, tempfile
import callgrind, guard

# main calls the tables and the report, both the C library; Lua calls itself and back
PROFILE = """\
ob=(1) /usr/bin/krug
fl=(1) ???
fn=(1) run_lint
0 10
cfn=(2) tables_push
calls=1 0
0 350
cfn=(3) report_write
calls=1 0
0 150
fn=(2)
0 50
cob=(2) /lib/libc.so
cfn=(4) malloc
calls=3 0
0 300
fn=(3)
0 50
cob=(2)
cfn=(4)
calls=1 0
0 100
ob=(2)
fn=(4)
0 100
cfn=(5) page
calls=4 0
0 300
fn=(5)
0 280
cfn=(4)
calls=1 0
0 20
ob=(3) /lib/libyaml-0.so.2
fn=(6) yaml_parser_parse
0 7
ob=(2)
fn=(7) _start
0 3
"""
SOURCES = {"run_lint": "engine/run.c:run_lint", "tables_push": "engine/tables.c:tables_push",
           "report_write": "report/json.c:report_write"}


def check_shares():
    callgrind.function_sources = lambda objects: SOURCES
    found = callgrind.shares(PROFILE, "")
    expected = {"rest": 10 + 3, "parse": 7, "Lua tables": 50 + 285, "report": 50 + 95}
    if {part: cost for part, cost in found.items() if cost} != expected:
        yield "the parts are %s, expected %s" % (found, expected)
    if sum(found.values()) != 500:
        yield "the parts sum up to %d" % sum(found.values())


def check_guard(place):
    guard.RECORD = os.path.join(place, "record.json")
    with open(guard.RECORD, "w", encoding="utf-8") as stream:
        json.dump({"tools": {}, "instructions": {"all rules": {"start": 1000, "document": 100}}}, stream)
    for now, grown in (({"start": 1049, "document": 104}, False), ({"start": 1000, "document": 106}, True),
                       ({"start": 1060, "document": 50}, True), ({"start": 500, "document": 50}, False),
                       ({"start": 1000, "document": 100, "new": 1}, True)):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            result = guard.compare({"all rules": now})
        if result != grown or ("--write" in output.getvalue()) != (grown or now["start"] == 500):
            yield "%s: %s\n%s" % (now, result, output.getvalue())


def main():
    with tempfile.TemporaryDirectory() as place:
        wrong = [*check_shares(), *check_guard(place)]
    print("\n".join(wrong + ["%d wrong" % len(wrong)]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
