#!/usr/bin/env python3
"""fuzz.py BUILD SECONDS|check [TARGET...]: runs the fuzz targets that are built in BUILD.

With SECONDS each target runs so long, on a corpus that grows in BUILD/corpus/TARGET from one call to the next.
With `check` each runs over the kept corpus and then a fixed number of inputs from a fixed seed. One line a
target; status 1 when something was found, 2 when a target could not be run at all.
"""

import hashlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# The inputs of a check, all of the corpus among them: a few seconds each; and how long an input may be.
TARGETS = {
    "load": (30000, 4096),
    "scalar": (50000, 600),
    "ignores": (15000, 4096),
    "policy": (10000, 4096),
    "layout": (30000, 1024),
    "lint": (1500, 6000),
}
# Seconds for one input, and MiB for all: both far above what any needs, so that only a hang or a flood is told.
LIMITS = ["-timeout=25", "-rss_limit_mb=2048"]
# Of lint much is loaded once and grows, which libFuzzer takes for a leak and looks for it after each input: what
# really leaks is told at the end.
OWN = {"lint": ["-detect_leaks=0"]}
SYMBOLIZER = "/usr/lib/llvm-14/bin/llvm-symbolizer"


def write_examples(directory):
    """The manifests of the rules' examples, each as a file."""
    directory.mkdir(parents=True, exist_ok=True)
    for path in sorted((ROOT / "rules").glob("*/*.lua")):
        examples = path.read_text(encoding="utf-8").partition("examples = {")[2]
        for text in re.findall(r"\[\[(.*?)\]\]", examples, re.DOTALL):
            manifest = textwrap.dedent(text).strip("\n") + "\n"
            (directory / hashlib.sha256(manifest.encode()).hexdigest()[:16]).write_text(manifest, encoding="utf-8")


def run(program, options, directories):
    """The status, and all that the program says."""
    environment = dict(os.environ)
    if os.path.exists(SYMBOLIZER):
        environment.setdefault("ASAN_SYMBOLIZER_PATH", SYMBOLIZER)
    done = subprocess.run([program, *options, *directories], env=environment, check=False, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def last(pattern, said):
    found = re.findall(pattern, said, re.MULTILINE)
    return int(found[-1]) if found else 0


def fuzz(build, name, seconds, corpus):
    """Runs one target, writes its line, and answers whether nothing was found. SECONDS None: a check."""
    inputs, length = TARGETS[name]
    found = build / "found"
    found.mkdir(exist_ok=True)
    program = build / "test" / "fuzz" / f"fuzz-{name}"
    options = [f"-dict={HERE / name}.dict", f"-max_len={length}", f"-artifact_prefix={found}/{name}-",
               "-print_final_stats=1", *LIMITS, *OWN.get(name, [])]
    options += [f"-max_total_time={seconds}"] if seconds else [f"-runs={inputs}", "-seed=1"]
    directories = [corpus, HERE / name]
    if name == "lint":
        directories.append(build / "corpus" / "examples")
        write_examples(directories[-1])
    status, said = run(program, options, directories)
    count = last(r"^stat::number_of_executed_units: *(\d+)", said) or last(r"^#(\d+)\s", said)
    line = f"fuzz: {name:8} {count:9} inputs {last(r'cov: ([0-9]+)', said):6} edges"
    if not status:
        print(f"{line}  nothing found", flush=True)
        return True
    print(f"{line}  FOUND (status {status})")
    print(textwrap.indent("\n".join(l for l in said.splitlines() if not l.startswith("#")), "    "))
    for path in re.findall(r"Test unit written to (\S+)", said):
        print(f"fuzz: replay: {program} {path}", flush=True)
    return False


def main():
    if len(sys.argv) < 3 or not (sys.argv[2] == "check" or re.fullmatch(r"[1-9][0-9]*", sys.argv[2])):
        print("usage: ./run fuzz SECONDS|check [TARGET...]", file=sys.stderr)
        return 2
    build = pathlib.Path(sys.argv[1]).resolve()
    seconds = None if sys.argv[2] == "check" else int(sys.argv[2])
    names = sys.argv[3:] or list(TARGETS)
    for name in names:
        if name not in TARGETS:
            print(f"fuzz: there is no target {name}; there are {', '.join(TARGETS)}", file=sys.stderr)
            return 2
    clean = True
    for name in names:
        with tempfile.TemporaryDirectory() as nothing:
            corpus = build / "corpus" / name if seconds else pathlib.Path(nothing)
            corpus.mkdir(parents=True, exist_ok=True)
            clean = fuzz(build, name, seconds, corpus) and clean
    return 0 if clean else 1


sys.exit(main())
