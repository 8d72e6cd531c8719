#!/usr/bin/env python3
"""docs_test.py KRUG: runs what the documentation shows.

In a fenced block ```console each line "$ COMMAND" is run from the top of the repository, with `krug` being KRUG and
`./run` too; what follows up to the next "$" is the output expected. Seconds are not compared, and a line "..."
stands for any lines. "$ echo $?" asks for the status of the command before. Also: the man page has the commands and
options that help lists, and docs/istioctl.md agrees with what the rules say. (The pages on rules are held by docs_rules.py.)
"""
import glob, os, re, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def normal(text):
    return re.sub(r"\(\d+\.\d\d s\)", "(0.00 s)", text).rstrip("\n")


def blocks(text, first=1):
    """The commands of the console blocks in TEXT, which begins on line FIRST: line, command, output."""
    for match in re.finditer(r"^```console\n(.*?)^```", text, re.M | re.S):
        line = first + text[: match.start()].count("\n") + 1
        for part in re.split(r"^(?=\$ )", match.group(1), flags=re.M):
            if part.startswith("$ "):
                command, _, expected = part[2:].partition("\n")
                yield line, command, expected
            line += part.count("\n")


def fits(expected, got):
    pattern = "".join(r"(?:.*\n)*" if line == "..." else re.escape(line) + r"\n"
                      for line in normal(expected).split("\n"))
    return re.fullmatch(pattern, normal(got) + "\n") is not None


def run_blocks(krug):
    ran, status = 0, 0
    for path in documents():
        for line, command, expected in blocks(open(path, encoding="utf-8").read()):
            if command == "echo $?":
                got = "%d\n" % status
            else:
                command = re.sub(r"^(\./run|krug)\b", "'%s'" % krug, command)
                done = subprocess.run(["bash", "-c", command], cwd=ROOT, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True)
                got, status = done.stdout, done.returncode
            ran += 1
            if not fits(expected, got):
                yield "%s:%d: `%s` says:\n%s" % (os.path.relpath(path, ROOT), line, command, got)
    if not ran:
        yield "the documentation shows no command"


# on a page that is followed by pages_test.py
MARK = re.compile(r"<!-- run in (?:an empty directory|a copy of (examples/\w+)( in git)?) -->")


def is_page(path):
    return MARK.search(open(path, encoding="utf-8").read())


def pages():
    return [path for path in sorted(glob.glob(os.path.join(ROOT, "docs", "*.md"))) if is_page(path)]


def documents():
    found = sorted([os.path.join(ROOT, "README.md")] + glob.glob(os.path.join(ROOT, "docs", "*.md")))
    return [path for path in found if not is_page(path)]


def run_snippets(krug):
    """Each rule that is shown passes its own examples, each policy is one."""
    for path in documents():
        text = open(path, encoding="utf-8").read()
        for language, body in re.findall(r"^```(lua|yaml)\n(.*?)^```", text, re.M | re.S):
            is_rule = language == "lua" and "return rule {" in body
            if not is_rule and not (language == "yaml" and "root: true" in body):
                continue
            with tempfile.TemporaryDirectory() as place:
                name = ".policy/rules/docs/shown.lua" if is_rule else ".policy/policy.yaml"
                os.makedirs(os.path.dirname(os.path.join(place, name)))
                open(os.path.join(place, name), "w", encoding="utf-8").write(body)
                command = [krug, "test", "-r", "docs/*"] if is_rule else [krug, "rules"]
                done = subprocess.run(command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                if done.returncode:
                    yield "%s: what it shows does not work:\n%s\n%s" % (os.path.relpath(path, ROOT), body, done.stdout)


def help_of(krug, *command):
    return subprocess.run([krug, "help", *command], stdout=subprocess.PIPE, text=True, check=True).stdout


def check_manual(krug):
    """The manual has every command and every option, and no other."""
    manual = open(os.path.join(ROOT, "docs", "krug.1"), encoding="utf-8").read()
    commands = re.findall(r"^  ([a-z]+) ", help_of(krug), re.M)
    options = {"version"}  # of the program itself, as --help is
    for command in commands:
        if not re.search(r"^\.Cm %s$" % command, manual, re.M) or not re.search(r"^\.It Cm %s\b" % command, manual, re.M):
            yield "docs/krug.1 does not have the command %s" % command
        for letter, option in re.findall(r"^  (?:-(.),|   ) --([a-z-]+)", help_of(krug, command), re.M):
            options.add(option)
            if not re.search(r"^\.It %sFl -%s\b" % ("Fl %s , " % letter if letter else "", option), manual, re.M):
                yield "docs/krug.1 does not have --%s of krug %s" % (option, command)
    if len(options) < 10:
        yield "`krug help` lists no options"
    for option in sorted(set(re.findall(r"Fl -([a-z-]+)", manual)) - options - {"help"}):
        yield "docs/krug.1 has --%s, which no command takes" % option


def check_formats(krug):
    """Manual and documentation have every format of a report."""
    formats = re.search(r"--format NAME.*?:((?:\s+[a-z]+,)+\s+[a-z]+)", help_of(krug, "lint"), re.S).group(1)
    manual = open(os.path.join(ROOT, "docs", "krug.1"), encoding="utf-8").read()
    report = open(os.path.join(ROOT, "docs", "report.md"), encoding="utf-8").read()
    for name in re.findall("[a-z]+", formats):
        if ".It Cm %s\n" % name not in manual:
            yield "docs/krug.1 does not have the format %s" % name
        if "[`%s`](#" % name not in report:
            yield "docs/report.md does not have the format %s" % name


def check_istioctl(_):
    """docs/istioctl.md names for each code of istioctl the rules that say in `aka` that they answer for it."""
    answers = {}
    for path in glob.glob(os.path.join(ROOT, "rules", "istio", "*.lua")):
        aka = re.search(r"^  aka = \{(.*?)\},$", open(path, encoding="utf-8").read(), re.M)
        for code in re.findall(r"IST\d{4}", aka.group(1) if aka else ""):
            answers.setdefault(code, set()).add("istio/" + os.path.basename(path)[:-4])
    rows = {}
    for line in open(os.path.join(ROOT, "docs", "istioctl.md"), encoding="utf-8"):
        row = re.match(r"\| (IST\d{4}) \| \w+ \| (.*) \|$", line)
        if row:
            rows[row.group(1)] = set(re.findall(r"`(istio/[a-z0-9-]+)`", row.group(2)))
    if len(rows) != 68:
        yield "docs/istioctl.md has %d codes, not 68" % len(rows)
    for code in sorted(set(rows) | set(answers)):
        if rows.get(code, set()) != answers.get(code, set()):
            yield "docs/istioctl.md: %s is answered for by %s" % (code, sorted(answers.get(code, [])) or "no rule")


def main():
    krug = os.path.abspath(sys.argv[1])
    wrong = [text for check in (run_blocks, run_snippets, check_manual, check_formats, check_istioctl) for text in check(krug)]
    for text in wrong:
        print(text)
    print("%d wrong" % len(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
