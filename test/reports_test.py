#!/usr/bin/env python3
"""reports_test.py KRUG: every report format.

Lints the repositories of reports/make.py, compares each report with test/reports/NAME.FORMAT, and reads it back with a
parser that is not krug's: what it reads has to be what the JSON report says.

    reports_test.py --update KRUG     writes what KRUG reports today; read the diff before committing it
"""
import difflib, json, os, re, subprocess, sys, tempfile, urllib.parse
import xml.etree.ElementTree as tree

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reports")
sys.path.insert(0, HERE)
import jsonschema
import make

FORMATS = ["json", "ndjson", "sarif", "github", "gitlab", "junit", "tap", "checkstyle", "html"]
LEVELS = {"error": ("error", "error", "major", "error"), "warn": ("warning", "warning", "minor", "warning"),
          "info": ("note", "notice", "info", "info")}  # of sarif, github, gitlab, checkstyle
wrong = []


def check(condition, *words):
    if not condition:
        wrong.append(" ".join(str(word) for word in words))


def read(path):
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return file.read()


def normal(name, text):
    """Without the seconds, and of the page only what the run put into it."""
    text = re.sub(r'("seconds":|time=")[0-9.e+-]+', r"\g<1>0", text)
    if name == "html":
        text = re.sub(r"<(style|script)>.*?</\1>(?=</head>|</body>)", r"<\1></\1>", text, flags=re.S)
        text = re.sub(r"'sha256-[^']*'", "'sha256-'", text)
    return text


def visible(text):
    """TEXT as formats for people show it: control characters by their number."""
    def escape(match):
        code = ord(match.group())
        return "\\x%02x" % code if code < 0x80 else "\\u%04x" % code
    return re.sub("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]", escape, text)


def joined(finding, place, separator):
    return separator.join([finding["message"]] +
                          ["%s: %s" % (place(r["file"], r["line"], r["column"]), r["message"])
                           for r in finding["related"]] +
                          (["fix: " + finding["fix"]] if finding["fix"] else []))


class Reader:
    """One reading of each format; `report` is the JSON report of the same run."""

    def __init__(self, name, paths, report, prefix):
        self.name, self.paths, self.report, self.prefix = name, paths, report, prefix
        self.findings, self.problems, self.hidden = report["findings"], report["problems"], report["hidden"]

    def check(self, format, condition, *words):
        check(condition, self.name, format + ":", *words)

    def path(self, file):
        return self.prefix + file

    def place(self, file, line, column):
        return "%s:%d:%d" % (self.path(file), line, column) if line else self.path(file)

    def where(self, finding):
        """A file as a whole has no line, and JSON says 1 for it."""
        whole = finding["end_column"] == 1 and finding["end_line"] == 1
        return self.path(finding["file"]) if whole else self.place(finding["file"], finding["line"], finding["column"])

    def ndjson(self, text):
        lines = [json.loads(line) for line in text.splitlines()]
        kinds = [list(line) for line in lines]
        self.check("ndjson", all(len(kind) == 1 for kind in kinds), "each line has one key", kinds)
        by = lambda kind: [line[kind] for line in lines if kind in line]
        self.check("ndjson", by("finding") == self.findings, "findings differ")
        self.check("ndjson", by("hidden") == self.hidden, "hidden differs")
        self.check("ndjson", by("problem") == self.problems, "problems differ")
        self.check("ndjson", by("not_run") == self.report["not_run"], "not_run differs")
        self.check("ndjson", by("report") == [{"version": 1, "today": self.report["today"]}] and "report" in lines[0],
                   "no head")
        self.check("ndjson", list(lines[-1]) == ["summary"] and
                   set(lines[-1]["summary"]) == set(self.report["summary"]), "the last line is no summary")

    def sarif(self, text):
        with open(os.path.join(HERE, "sarif-schema.json"), encoding="utf-8") as file:
            schema = json.load(file)
        document = json.loads(text)
        for error in jsonschema.Draft7Validator(schema).iter_errors(document):
            self.check("sarif", False, list(error.absolute_path), error.message)
        run = document["runs"][0]
        rules = run["tool"]["driver"]["rules"]
        self.check("sarif", len({rule["id"] for rule in rules}) == len(rules), "rules are repeated")
        self.check("sarif", len(run["results"]) == len(self.findings + self.hidden), "another number of results")
        for result, finding in zip(run["results"], self.findings + self.hidden):
            self.suppression(result.get("suppressions"), finding.get("hidden_by"))
            place = result["locations"][0]["physicalLocation"]
            region = place["region"]
            self.check("sarif", rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding["rule"], "rule")
            self.check("sarif", result["message"]["text"] == finding["message"], "message", result)
            self.check("sarif", result["level"] == LEVELS[finding["level"]][0], "level", result)
            self.check("sarif", result["partialFingerprints"] == {"krug/v1": finding["fingerprint"]}, "fingerprint")
            self.check("sarif", self.uri(place["artifactLocation"]) == self.path(finding["file"]), "uri", place)
            self.check("sarif", region["startLine"] == finding["line"] and all(
                region.get(key, finding[other]) == finding[other] for key, other in
                (("startColumn", "column"), ("endLine", "end_line"), ("endColumn", "end_column"))), "region", region)
            related = [(self.uri(r["physicalLocation"]["artifactLocation"]), r["physicalLocation"]["region"]["startLine"],
                        r["message"]["text"]) for r in result.get("relatedLocations", [])]
            self.check("sarif", related == [(self.path(r["file"]), max(r["line"], 1), r["message"])
                                            for r in finding["related"]], "related", related)
        told = run["invocations"][0]
        self.check("sarif", told["executionSuccessful"] == (not self.problems), "executionSuccessful")
        self.check("sarif", [n["message"]["text"] for n in told["toolExecutionNotifications"]] ==
                   [p["message"] for p in self.problems], "notifications")

    def suppression(self, got, hidden_by):
        if not hidden_by:
            self.check("sarif", got is None, "suppresses what counts")
            return
        (kind, by), = hidden_by.items()
        place = got[0]["location"]["physicalLocation"]
        self.check("sarif", (got[0]["kind"], got[0]["status"]) ==
                   ("inSource" if kind == "ignore" else "external", "accepted") and len(got) == 1, got)
        self.check("sarif", (self.uri(place["artifactLocation"]), place["region"]["startLine"]) ==
                   (self.path(by["file"]), by["line"] or 1), place, by)
        self.check("sarif", got[0]["justification"].startswith(kind) and
                   all(by.get(key) or "" in got[0]["justification"] for key in ("owner", "until", "reason")), got)

    @staticmethod
    def uri(location):
        return urllib.parse.unquote(location["uri"], errors="replace")

    def github(self, text):
        """As the runner takes a command apart."""
        got = []
        for line in text.split("\n")[:-1]:
            match = re.fullmatch(r"::(error|warning|notice) ([^\n]*?)::([^\r\n]*)", line)
            if not match:
                self.check("github", False, "no command:", repr(line))
                continue
            undo = lambda value, codes: re.sub("%(" + codes + ")", lambda m: chr(int(m.group(1), 16)), value)
            properties = dict(pair.split("=", 1) for pair in match.group(2).split(","))
            got.append((match.group(1), {key: undo(value, "25|0D|0A|3A|2C") for key, value in properties.items()},
                        undo(match.group(3), "25|0D|0A")))
        expected = [(LEVELS[f["level"]][1], f["rule"], self.path(f["file"]), joined(f, self.place, "\n"))
                    for f in self.findings]
        expected += [("error", "krug could not do all of its work", p["file"] and self.path(p["file"]), p["message"])
                     for p in self.problems]
        self.check("github", len(got) == len(expected), "another number of commands")
        for (level, properties, message), wanted in zip(got, expected):
            wanted = wanted[:2] + tuple(visible(part).replace("\\x0d", "\r") for part in wanted[2:])
            self.check("github", (level, properties["title"], properties.get("file"), message) == wanted,
                       (level, properties, message), "is not", wanted)

    def gitlab(self, text):
        issues = json.loads(text)
        self.check("gitlab", len(issues) == len(self.findings) + len(self.problems), "another number of issues")
        fingerprints = {issue["fingerprint"] for issue in issues}
        self.check("gitlab", len(fingerprints) == len(issues), "fingerprints are repeated")
        for issue, finding in zip(issues, self.findings):
            self.check("gitlab", issue == {
                "description": joined(finding, self.place, "; "), "check_name": finding["rule"],
                "fingerprint": finding["fingerprint"], "severity": LEVELS[finding["level"]][2],
                "location": {"path": self.path(finding["file"]),
                             "lines": {"begin": finding["line"], "end": finding["end_line"]}}}, issue, finding)
        for issue, problem in zip(issues[len(self.findings):], self.problems):
            self.check("gitlab", issue["severity"] == "blocker" and issue["description"] == problem["message"], issue)

    def checkstyle(self, text):
        root = tree.fromstring(text.encode("utf-8"))
        got = [(file.get("name"), int(e.get("line")), e.get("severity"), e.get("source"), e.get("message"))
               for file in root for e in file]
        expected = [(visible(self.path(f["file"])), f["line"], LEVELS[f["level"]][3], f["rule"],
                     visible(joined(f, self.place, "\n"))) for f in self.findings]
        expected += [(visible(self.path(p["file"])) if p["file"] else ".", p["line"] or 1, "error",
                      p["rule"] or "krug/problem", visible(p["message"])) for p in self.problems]
        self.check("checkstyle", got == expected, got, "is not", expected)

    def tests(self):
        """(rule, file): whether it failed; what junit and tap have to say."""
        return {(f["rule"], f["file"]): any(g["level"] == "error" for g in self.findings
                                            if (g["rule"], g["file"]) == (f["rule"], f["file"]))
                for f in self.findings + self.hidden}

    def junit(self, text):
        root = tree.fromstring(text.encode("utf-8"))
        cases = root.findall("testsuite/testcase")
        for element in [root] + root.findall("testsuite"):
            inside = element.findall(".//testcase")
            for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
                self.check("junit", int(element.get(name)) == sum(case.find(tag) is not None for case in inside), name)
            self.check("junit", int(element.get("tests")) == len(inside), "tests")
        names = [(case.get("classname"), case.get("name")) for case in cases]
        self.check("junit", len(set(names)) == len(names), "names are repeated", names)
        got = {(case.get("classname"), case.get("file")): case.find("failure") is not None
               for case in cases if case.get("file") and case.get("classname") != "krug"}
        self.check("junit", got == {(rule, visible(self.path(file))): failed
                                    for (rule, file), failed in self.tests().items()}, got)
        text = "".join(root.itertext())
        for finding in self.findings + self.hidden:
            line = "%s: %s: %s" % (self.where(finding), finding["level"], joined(finding, self.place, "\n  "))
            if "hidden_by" in finding:
                line += "\n  hidden by the " + next(iter(finding["hidden_by"]))
            self.check("junit", visible(line) in text, "does not tell", line)
        self.check("junit", len(root.findall(".//error")) == len(self.problems), "problems")

    def tap(self, path):
        done = subprocess.run(["perl", os.path.join(HERE, "read-tap.pl"), path], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        self.check("tap", done.returncode == 0, done.stdout)
        tests = [line.split(None, 2) for line in done.stdout.splitlines() if line[:3] in ("ok ", "not")]
        failed = sum(line[0] == "not" for line in tests)
        self.check("tap", failed == sum(self.tests().values()) + len(self.problems), failed, "tests failed")
        places = [line[6:] for line in done.stdout.splitlines() if line.startswith("place ")]
        self.check("tap", len(places) == len(self.findings + self.hidden), len(places), "findings")
        prove = subprocess.run(["prove", "--exec", "cat", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.check("tap", prove.returncode == (failed > 0), "prove ends with", prove.returncode)

    def html(self, text):
        """That it is safe and works is for html_test.py."""
        self.check("html", text.startswith("<!doctype html>") and text.endswith("</html>\n"), "no page")

    def all(self):
        for format in FORMATS[1:]:
            getattr(self, format)(self.paths[format] if format == "tap" else read(self.paths[format]))


def lint(krug, place, name, options, status):
    os.makedirs(place)
    paths = {format: os.path.join(place, format) for format in FORMATS}
    command = [krug, "lint", "--today", "2026-11-23", "-j", "2"] + options
    for format in FORMATS:
        command += ["-f", format + ":" + paths[format]]
    done = subprocess.run(command, cwd=os.path.join(os.path.dirname(place), name), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env={**os.environ, "KRUG_POLICY": ""})
    check(done.returncode == status, name, "ended with status", done.returncode, done.stderr)
    check(not done.stdout, name, "wrote to standard output")
    return paths


def compare(name, paths, again, update):
    for format in FORMATS:
        text = normal(format, read(paths[format]))
        held = os.path.join(HERE, "%s.%s" % (name, format))
        check(text == normal(format, read(again[format])), name, format, "differs from run to run")
        if update:
            with open(held, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
                file.write(text)
        elif text != read(held):
            difference = difflib.unified_diff(read(held).split("\n"), text.split("\n"), held, "now", lineterm="")
            check(False, "\n".join(difference).encode("utf-8", "backslashreplace").decode(),
                  "\nif it should be so: test/reports_test.py --update KRUG")


def main():
    update = sys.argv[1] == "--update"
    krug = os.path.abspath(sys.argv[-1])
    with tempfile.TemporaryDirectory() as scratch:
        for name, build, prefix, status in (("broken", make.broken, "", 1), ("hostile", make.hostile, "a b%41/", 2),
                                            ("excepted", make.excepted, "", 1)):
            options = build(os.path.join(scratch, name))
            paths = lint(krug, os.path.join(scratch, name + "-1"), name, options, status)
            again = lint(krug, os.path.join(scratch, name + "-2"), name, options, status)
            if not all(os.path.exists(path) for path in list(paths.values()) + list(again.values())):
                continue
            compare(name, paths, again, update)
            report = json.loads(read(paths["json"]))
            check(report["findings"], name, "has no findings")
            Reader(name, paths, report, prefix).all()
    for text in wrong:
        print(text.encode("utf-8", "backslashreplace").decode())
    print("%d wrong" % len(wrong))
    return 1 if wrong else 0


sys.exit(main())
