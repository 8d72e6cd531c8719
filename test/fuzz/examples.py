#!/usr/bin/env python3
"""examples.py RULES DIRECTORY: the manifests of the rules' examples, each as a file, for the corpus of lint."""

import hashlib
import pathlib
import re
import sys
import textwrap


def main():
    rules, directory = map(pathlib.Path, sys.argv[1:])
    directory.mkdir(parents=True, exist_ok=True)
    for path in sorted(rules.glob("*/*.lua")):
        examples = path.read_text(encoding="utf-8").partition("examples = {")[2]
        for text in re.findall(r"\[\[(.*?)\]\]", examples, re.DOTALL):
            manifest = textwrap.dedent(text).strip("\n") + "\n"
            name = hashlib.sha256(manifest.encode()).hexdigest()[:16]
            (directory / name).write_text(manifest, encoding="utf-8")


main()
