"""What the tests of hostile input share: a repository in a temporary directory, and krug run on it under bounds."""
import json, os, subprocess, sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SECONDS = 300  # a backstop against a hang; what is said of time is said in instructions
TODAY = "2026-11-23"
MIB = 1 << 20
FORMATS = ["console", "json", "ndjson", "sarif", "junit", "github", "gitlab", "checkstyle", "tap", "html"]
wrong = []


def check(condition, *words):
    if not condition:
        wrong.append(" ".join(str(word) for word in words)[:2000])


def finish():
    print("\n".join(wrong) or "ok")
    return 1 if wrong else 0


def write(place, files):
    """Makes a repository of FILES, names to text or bytes; answers how many bytes they are."""
    os.makedirs(os.path.join(place, ".git"), exist_ok=True)
    size = 0
    for name, text in files.items():
        path = os.path.join(os.fsencode(place), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
        with open(path, "wb") as file:
            file.write(data)
        size += len(data)
    return size


class Run:
    """What a command did: its status, what it said on standard error, its peak memory in bytes."""

    def __init__(self, measure, command, place):
        done = subprocess.run([measure, *command], cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=SECONDS)
        line = done.stdout.split()
        if len(line) != 5:
            sys.exit("%s: %r" % (" ".join(command), done.stderr))
        self.seconds, self.peak, self.status = float(line[1]) + float(line[2]), int(line[3]) * 1024, int(line[4])
        self.errors = done.stderr.decode("utf-8", "surrogateescape")


def lint(krug, *options):
    return [krug, "lint", "-j", "1", "--today", TODAY, *options]


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)
