#!/usr/bin/env python3
"""pages_test.py KRUG: follows the pages of docs/ that begin in an empty directory, word for word.

On a page that says `<!-- run in an empty directory -->` (or, with an example to begin with,
`<!-- run in a copy of examples/NAME -->`, or `... examples/NAME in git -->` where the copy is a commit), each block of code whose first line is a comment with a path
is written to that file, and each line "$ COMMAND" of a ```console block is run there, all in the order of the page.
What is shown of output is compared as in docs_test.py.
"""
import os, re, shutil, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from docs_test import MARK, ROOT, blocks, fits, pages

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)
PATH = re.compile(r"(?:--|#|//) (\S+/\S+)\n")


def write(place, path, text):
    name = os.path.join(place, path)
    os.makedirs(os.path.dirname(name), exist_ok=True)
    with open(name, "w", encoding="utf-8") as stream:
        stream.write(text)


def commit(home, environment):
    environment["GIT_CONFIG_NOSYSTEM"] = "1"
    for name in ("AUTHOR", "COMMITTER"):
        environment.update({"GIT_%s_NAME" % name: "Jo Doe", "GIT_%s_EMAIL" % name: "jo@example.com"})
    for command in ("init -q -b main", "add -A", "commit -q -m manifests"):
        subprocess.run(["git"] + command.split(), cwd=home, env=environment, check=True)


def follow(page, krug, place):
    text = open(page, encoding="utf-8").read()
    status = 0
    environment = dict(os.environ, PATH=place + "/bin:" + os.environ["PATH"])
    os.makedirs(os.path.join(place, "bin"))
    os.symlink(krug, os.path.join(place, "bin", "krug"))
    home = os.path.join(place, "home")
    begin = MARK.search(text)
    if begin.group(1):
        shutil.copytree(os.path.join(ROOT, begin.group(1)), home)
    if begin.group(2):
        commit(home, environment)
    else:
        os.makedirs(os.path.join(home, ".git"))
    for match in BLOCK.finditer(text, begin.end()):
        path = PATH.match(match.group(2))
        if match.group(1) != "console":
            if path:
                write(home, path.group(1), match.group(2))
            continue
        for line, command, expected in blocks(match.group(0), text[: match.start()].count("\n") + 1):
            if command == "echo $?":
                got = "%d\n" % status
            else:
                done = subprocess.run(["bash", "-c", command], cwd=home, env=environment, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True)
                got, status = done.stdout, done.returncode
            if not fits(expected, got):
                yield "%s:%d: `%s` says:\n%s" % (os.path.relpath(page, ROOT), line, command, got)


def main():
    krug, wrong, found = os.path.abspath(sys.argv[1]), [], 0
    for page in pages():
        found += 1
        with tempfile.TemporaryDirectory() as place:
            wrong += follow(page, krug, place)
    for text in wrong:
        print(text)
    print("%d pages, %d wrong" % (found, len(wrong)))
    return 1 if wrong or not found else 0


if __name__ == "__main__":
    sys.exit(main())
