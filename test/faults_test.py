#!/usr/bin/env python3
"""faults_test.py KRUG INJECT.so [--all] [--part calls|memory] [NAME...]: what krug does when the system fails it.

In each of RUNS (or those with NAME) the calls that can fail fail in turn (faults/inject.c): one for each place in the
program where a call is made, and with --all each. After each failure krug has to end by itself, with status 2 and words
that name what failed; or with exactly what it prints where nothing fails, if HARMLESS or OPTIONAL says why. A report or
baseline has to be whole, the old one or a new one; nothing else may be left behind; and what was found in other files
has to be there all the same.

Of the allocations the first FIRST of each run fail, and every EVERYth behind them; with --all each.
"""
import argparse, bisect, errno, json, os, re, signal, subprocess, sys, tempfile, time
import xml.etree.ElementTree as tree

FIRST, EVERY = 600, 29
PATIENCE = 60  # seconds after which a run hangs; it takes a hundredth of one

# What fails, and how: errors, or what else may befall who reads.
SHORT, EMPTIED, LENGTHENED = "one byte", "a file that is emptied meanwhile", "a file that grows meanwhile"
READS = {SHORT: 0, EMPTIED: -1, LENGTHENED: -2}
CALLS = {
    "open": ["EACCES", "ENOENT", "EINTR"], "read": ["EIO", "EINTR", *READS], "close": ["EIO"],
    "stat": ["EACCES"], "lstat": ["EACCES"], "fstat": ["EIO"], "fstatat": ["EIO"], "realpath": ["EACCES"],
    "access": ["EACCES"], "opendir": ["EACCES"], "readdir": ["EIO"], "closedir": ["EIO"], "mkdir": ["ENOSPC"],
    "rename": ["ENOSPC"], "unlink": ["EIO"], "fchmod": ["EPERM"],
    "fopen": ["ENOSPC"], "fdopen": ["ENOMEM"], "open_memstream": ["ENOMEM"],
    "stream-read": ["EIO"], "stream-write": ["ENOSPC", "EINTR"], "stream-close": ["EIO"],
    "pipe2": ["EMFILE"], "poll": ["EINTR", "ENOMEM"], "waitpid": ["EINTR", "ECHILD"], "posix_spawnp": ["EAGAIN"],
    "posix_spawn_file_actions_adddup2": ["ENOMEM"], "posix_spawn_file_actions_addopen": ["ENOMEM"],
    "pthread_create": ["EAGAIN"], "mmap": ["ENOMEM"], "isatty": ["ENOTTY"], "getentropy": ["ENOSYS"],
    "sysconf": ["EINVAL"],
}

# These failures change nothing, and why.
HARMLESS = {
    ("read", "EINTR"): "a signal came: it is read again",
    ("read", SHORT): "the rest is read with the next calls",
    ("waitpid", "EINTR"): "a signal came: it is waited for again",
    ("poll", "EINTR"): "a signal came: it is waited for again",
    ("close", "EIO"): "of a file that was only read, and was read to its end",
    ("closedir", "EIO"): "of a directory that was only read, and was read to its end",
    ("fchmod", "EPERM"): "a file system without modes: the report is there all the same",
    ("pthread_create", "EAGAIN"): "the threads that there are do the work",
    ("isatty", "ENOTTY"): "no colours and no progress",
    ("getentropy", "ENOSYS"): "another seed for the tables will do",
    ("sysconf", "EINVAL"): "one thread, where nobody said how many",
}
# These may also end with "out of memory".
EITHER = {
    ("mmap", "ENOMEM"): "a regular expression without machine code is slower, but one without a stack is none",
}

# What krug says where the call is about no file.
WORDS = ["git", "--since", "--staged", "memory", "standard input", "standard output"]
# What krug calls and cannot fail, or not in a way of its own; the rest has to be in CALLS, so that a new call is not
# forgotten. Lua, libyaml and PCRE2 fail where they allocate, and streams where they read, write and close.
SURE = """abort bsearch calloc clearerr clock_gettime dirfd _exit exit fclose ferror fflush fgets floor fprintf
    fputc fputs fread free fwrite getc getenv getopt_long getpid gmtime_r malloc memchr memcmp memcpy memmem
    memmove memrchr memset posix_spawn_file_actions_destroy posix_spawn_file_actions_init printf
    pthread_cond_destroy pthread_cond_signal pthread_cond_timedwait pthread_cond_wait pthread_join
    pthread_mutex_destroy pthread_mutex_init pthread_mutex_lock pthread_mutex_unlock putc putchar puts qsort
    realloc signal snprintf sprintf strchr strcmp strcpy strcspn strerror strlen strncasecmp strncmp strrchr strstr strtod
    strtof strtol strtoll strtoul strtoull strtoumax time vfprintf vsnprintf write""".split()
# How often these are made depends on the pieces in which git's output comes.
PIECES = {"poll", "read", "stream-read"}
# Where the program can do without, and why.
OPTIONAL = {
    "excerpts_line": "a finding is told without its source line",
    "tree_find_root": "a policy that cannot be read is told when it is read as one",
    "mkdir < command_baseline": "it is there, or opening the file fails",
    "mkdir < baseline_save": "it is there, or opening the file fails",
    "git_done": "git is not needed any more",
    "tree_take_policy": "whether a policy says nothing: one that cannot be read is told when it is read as a policy",
    "new_is_free": "what is wrong elsewhere is for other commands to tell; nothing is ever overwritten",
}


# ---- the repository ----

def service(name, namespace="team-a"):
    return ("apiVersion: v1\nkind: Service\nmetadata: {name: %s, namespace: %s}\nspec:\n  ports:\n  - port: 80\n"
            % (name, namespace))


RULE = """local m = require "m"
return rule {
  title = "a name", level = "error", kinds = { "v1/Service" }, why = "w", fix = "f",
  params = { names = param("list of string", { "x" }, "names") },
  check = function(doc, ctx)
    if re.test(doc.metadata.name, m.pattern) and #ctx.params.names > 0 then
      ctx:fail(at(doc, "metadata", "name"), "is called %s", doc.metadata.name)
    end
  end,
  examples = {
    pass { params = { names = { "y" } }, [[
      {apiVersion: v1, kind: Service, metadata: {name: b}}
    ]] },
    fail { line = 1, [[
      {apiVersion: v1, kind: Service, metadata: {name: a}}
    ]] },
  },
}
"""
POLICY = """root: true
layout:
  - path: "{service}/**"
    namespace: "{service}"
default: off
rules: {istio/port-name: error, istio/port-conflict: error, t/name: error}
namespaces:
  - match: {labels: {mesh: "on"}}
    rules: {istio/port-name: warn}
waivers:
  - {rule: t/name, namespace: team-b, reason: r, owner: o, until: never}
"""
FILES = {
    ".policy/policy.yaml": POLICY,
    ".policy/rules/t/name.lua": RULE,
    ".policy/lib/m.lua": 'return { pattern = "^a+$" }\n',
    ".policy/test/t/name/case/a.yaml": service("a").replace("{name: a, namespace: team-a}",
                                                            "{name: a} # expect: t/name is called a"),
    "team-a/.policy/policy.yaml": "rules: {manifest/*: info}\n",
    "team-a/a.yaml": service("a"),
    "team-a/b.yaml": service("b"),
    "team-a/namespace.yaml": 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a, labels: {mesh: "on"}}\n',
    "team-b/base/c.json": json.dumps({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "aa"},
                                      "spec": {"ports": [{"port": 81}]}}) + "\n",
    "team-b/base/kustomization.yaml": "namespace: team-b\nresources: [c.json]\n",
    "chart/Chart.yaml": "name: chart\n",
    "chart/templates/a.yaml": "a: {{ .b }}\n",
    "more/policy.yaml": "rules: {istio/port-name: info}\n",
}


def write(root, path, text):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def git(root, *arguments):
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments], cwd=root, check=True,
                   stdout=subprocess.DEVNULL)


def make_repository(root, krug):
    for path, text in FILES.items():
        write(root, path, text)
    git(root, "init", "-q", "-b", "main", ".")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "begin")
    git(root, "checkout", "-qb", "branch")
    git(root, "mv", "team-a/b.yaml", "team-a/d.yaml")
    write(root, "team-b/base/c.json", FILES["team-b/base/c.json"].replace("81", "82"))
    write(root, ".policy/lib/m.lua", FILES[".policy/lib/m.lua"] + "-- more\n")
    git(root, "add", "-A")
    write(root, "team-a/e.yaml", service("e"))
    os.utime(os.path.join(root, "team-a/a.yaml"), (1, 1))  # git has to look whether it is the same
    subprocess.run([krug, "baseline", "--baseline", "baseline.json", "team-b"], cwd=root, check=True,
                   stdout=subprocess.DEVNULL)


# ---- what is looked at ----

def read_symbols(program):
    """A function that names what stands at an offset in PROGRAM."""
    lines = subprocess.run(["nm", program], check=True, capture_output=True, text=True).stdout.splitlines()
    words = [line.split() for line in lines]
    symbols = sorted((int(word[0], 16), word[2]) for word in words if len(word) == 3 and word[1] in "tT")
    places = [place for place, _ in symbols]
    return lambda place: symbols[bisect.bisect_right(places, place) - 1][1] if places else hex(place)


def unknown_calls(program):
    """Functions of the system that the program calls and nothing here is said of."""
    lines = subprocess.run(["nm", "-D", "--undefined-only", program], check=True, capture_output=True,
                           text=True).stdout.splitlines()
    names = {line.split()[-1].split("@")[0] for line in lines}
    return sorted(name for name in names
                  if name not in CALLS and name not in SURE and not re.match(r"_|lua|yaml_|pcre2_", name))


def is_whole(path, text):
    """Whether a report is there to its end."""
    try:
        if path in ("json", "sarif"):
            json.loads(text)
        elif path == "junit":
            tree.fromstring(text)
        else:
            return path == "html" and text.endswith("</html>\n")
    except (ValueError, tree.ParseError):
        return False
    return True


# ---- runs ----

class Run:
    """A command, and the files that it writes; each begins with the text that is given here, or None."""

    def __init__(self, name, words, writes=None, input=None, processors=1, fresh=False, environment=None):
        self.name, self.words, self.writes, self.input = name, words.split(), writes or {}, input
        self.processors, self.fresh, self.environment = processors, fresh, environment or {}


OLD = "old"
RUNS = [
    Run("lint", "lint -f json -j1"),
    Run("threads", "lint -f json -j2 --progress always", processors=2),
    Run("console", "lint --color always"),
    Run("reports", "lint -f json:json -f sarif:sarif -f html:html -f junit:junit", {"json": OLD, "sarif": None,
                                                                                    "html": OLD, "junit": None}),
    Run("since", "lint -f json -j1 --since main"),
    Run("staged", "lint -f json -j1 --staged", environment={"GIT_INDEX_FILE": ".git/index"}),
    Run("known", "lint -f json --baseline baseline.json"),
    Run("file", "lint -f json team-a/a.yaml"),
    Run("extra", "lint -f json --root . -p more/policy.yaml team-a chart"),
    Run("isolated", "lint -f json --isolated team-a"),
    Run("input", "lint -f json - --stdin-name team-a/x.yaml", input=service("x")),
    Run("test", "test -r t/*"),
    Run("for", "rules --for team-a/a.yaml"),
    Run("place", "explain team-a/a.yaml:3"),
    Run("tree", "tree team-a/a.yaml"),
    Run("baseline", "baseline", {".policy/baseline.json": None}),
    Run("grow", "baseline --baseline baseline.json --grow", {"baseline.json": True}),
    Run("rule", "new rule t/other", fresh=True),
    Run("policy", "new policy chart", fresh=True),
]


class Result:
    def __init__(self, status, output, errors, fault, files):
        self.status, self.output, self.errors, self.fault, self.files = status, output, errors, fault, files

    def same(self, other):
        return (self.status, self.output, self.errors, self.files) == (other.status, other.output, other.errors,
                                                                      other.files)


def steady(text):
    """Without what no two runs have in common."""
    text = re.sub(r"\r[^\r\n]*(?=\r)", "", text)
    return re.sub(r'("seconds":|time=")[0-9.e+-]+|\([0-9.]+ s\)|[0-9.]+ seconds', r"\g<1>0", text)


def snapshot(root):
    found = {}
    for directory, names, files in os.walk(root):
        names[:] = [name for name in names if name != ".git"]
        for name in files:
            path = os.path.join(directory, name)
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                found[os.path.relpath(path, root)] = steady(file.read())
    return found


def number_of(error):
    return READS[error] if error in READS else getattr(errno, error)


def one_line(text):
    return text[:400].replace("\n", "\\n")


def path_is_named(run, name):
    return any(os.path.basename(word) == name for word in run.words)


class Tester:
    def __init__(self, krug, library, scratch):
        self.krug, self.library, self.scratch = krug, library, scratch
        self.root = os.path.join(scratch, "repo")
        self.log = os.path.join(scratch, "log")
        self.symbols = read_symbols(krug)
        # its own library wants to be the first
        self.sanitizer = re.findall(r"=> (\S*libasan\S*)", subprocess.run(["ldd", krug], check=True, text=True,
                                                                          capture_output=True).stdout)
        self.wrong, self.count, self.seen = [], 0, set()
        os.mkdir(self.root)
        make_repository(self.root, krug)
        self.clean = snapshot(self.root)

    def prepare(self, run):
        if run.fresh or run.writes:
            for path in snapshot(self.root).keys() - self.clean.keys():
                os.remove(os.path.join(self.root, path))
        for path, text in run.writes.items():
            if text is None:
                if os.path.exists(os.path.join(self.root, path)):
                    os.remove(os.path.join(self.root, path))
            else:
                write(self.root, path, self.clean[path] if text is True else text)

    def restore(self, run):
        """What was changed while it was read."""
        now = snapshot(self.root)
        for path, text in self.clean.items():
            if now.get(path) != text and path not in run.writes:
                write(self.root, path, text)

    def execute(self, run, **faults):
        environment = {"PATH": os.environ["PATH"], "HOME": self.scratch, "FAULT_PROCESSORS": str(run.processors),
                       "LD_PRELOAD": " ".join([*self.sanitizer, self.library]), "FAULT_LOG": self.log,
                       "GIT_CONFIG_NOSYSTEM": "1"}
        environment.update({name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")
                            if name in os.environ})
        environment.update(run.environment)
        environment.update({"FAULT_" + name.upper(): str(value) for name, value in faults.items()})
        if os.path.exists(self.log):
            os.remove(self.log)
        self.prepare(run)
        process = subprocess.Popen([self.krug, *run.words], cwd=self.root, env=environment, start_new_session=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, errors="surrogateescape")
        try:
            output, errors = process.communicate(run.input or "", timeout=PATIENCE if "every" not in faults else None)
            status = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, errors = process.communicate()
            status = "it hangs"
        fault = open(self.log).read().splitlines() if os.path.exists(self.log) else []
        files = {path: text for path, text in snapshot(self.root).items() if text != self.clean.get(path)} \
            if run.writes or run.fresh else {}
        return Result(status, steady(output), steady(errors), fault, files)

    def where(self, fault):
        """The call and the functions that made it, innermost first."""
        words = fault.split("\t")
        return " < ".join([words[1], *(self.symbols(int(word, 16)) for word in words[-1].split())])

    def complain(self, run, what, result, why):
        self.wrong.append("%s: krug %s: %s: %s\n  %s\n  in %s\n  status %s\n  stdout: %s\n  stderr: %s" % (
            run.name, " ".join(run.words), what, why, one_line("; ".join(result.fault)),
            self.where(result.fault[0]) if result.fault else "?", result.status, one_line(result.output),
            one_line(result.errors)))

    # ---- judging ----

    def judge(self, run, call, error, result, expected, lasting=False):
        what = "%s fails with %s%s" % (call, error, " from now on" if lasting else "")
        why = self.fault_of(run, call, error, result, expected, lasting)
        self.count += 1
        if why:
            self.complain(run, what, result, why)

    def fault_of(self, run, call, error, result, expected, lasting):
        """What is wrong with the result; None where nothing is."""
        if self.sanitizer and "SetAlternateSignalStack" in result.errors:
            return None  # it was the sanitizer that asked
        if error in (EMPTIED, LENGTHENED):
            path = result.fault[0].split("\t")[2]
            if not path.startswith("/"):  # nobody can do that to a pipe
                return None if result.same(expected) else "this should change nothing"
            result.files.pop(os.path.relpath(path, self.root), None)
            if "tree_find_root" in self.where(result.fault[0]):
                return None if result.status in (2, expected.status) else "status %s" % result.status
        if (call, error) in HARMLESS:
            return None if result.same(expected) else "this should change nothing"
        if result.status == expected.status and (call, error) in EITHER and result.same(expected):
            return None
        if result.status == expected.status and self.is_optional(result, expected):
            return None
        # in which pieces git's answer comes decides whether the read that failed was the last, and for nothing
        if call == "stream-read" and {"--since", "--staged"} & set(run.words) and result.same(expected):
            return None
        if result.status != 2:
            return "status %s" % result.status + (", as if nothing had failed" if result.same(expected) else "")
        return self.lacks_name(call, result) or self.broken_file(run, result, expected) or \
            (None if lasting else self.lost_finding(run, result, expected))

    def is_optional(self, result, expected):
        names = [name for name in OPTIONAL if name in self.where(result.fault[0])]
        if names != ["excerpts_line"]:
            return names and result.same(expected)
        differ = {path for path in expected.files if result.files.get(path) != expected.files[path]}
        return not result.errors and all(is_whole(path, result.files.get(path, "")) for path in differ)

    def lacks_name(self, call, result):
        names = list(WORDS)
        for path in {fault.split("\t")[2] for fault in result.fault}:
            names += [re.sub(r"\.\d+\.new$", "", os.path.basename(path)), os.path.relpath(path or "?", self.root)]
            if os.path.realpath(os.path.join(self.root, path)) == self.root:
                names += ["krug: .:", "working directory"]
        return None if any(name and name in result.errors for name in names) else "nobody says what failed"

    def broken_file(self, run, result, expected):
        """Each file is whole, the old one or a new one, and there are no others."""
        for path, text in result.files.items():
            old = run.writes.get(path)
            if path not in expected.files:
                return "%s is left behind" % path
            if text not in (old, expected.files[path]) and not is_whole(path, text):
                return "%s is not whole" % path
        for path, old in run.writes.items():
            if old and path not in result.files and path not in self.clean:
                return "%s is gone" % path
        return None

    def lost_finding(self, run, result, expected):
        """What a file that nothing depends on does not give is all that may be missing."""
        path = result.fault[0].split("\t")[2]
        name = os.path.basename(path)
        if name not in ("a.yaml", "d.yaml", "e.yaml") or not expected.output.startswith("{"):
            return None
        if not result.output:
            return None if path_is_named(run, name) else "there is no report"
        have, want = json.loads(result.output), json.loads(expected.output)
        for kind in ("findings", "hidden"):
            lost = [f for f in want[kind] if f not in have[kind] and not f["file"].endswith(name)]
            if lost and run.name not in ("since", "staged"):
                return "a finding in %s is lost" % lost[0]["file"]
        return None

    # ---- failing in turn ----

    def calls(self, run, each):
        """Makes calls fail: each, or one for every place in the program where it is made."""
        self.restore(run)
        expected = self.execute(run)
        if expected.status not in (0, 1):
            sys.exit("%s: krug %s does not work: %s" % (run.name, " ".join(run.words), expected.errors))
        numbers, chosen = {}, []
        for line in self.execute(run, call="all").fault:
            _, call, _, callers = line.split("\t")
            numbers[call] = numbers.get(call, 0) + 1
            if each or (call, callers) not in self.seen:
                self.seen.add((call, callers))
                chosen.append((call, numbers[call]))
        for call in [call for call in numbers if each or (call, "all") not in self.seen]:
            self.seen.add((call, "all"))
            self.from_now_on(run, call, expected)
        for call, at in chosen:
            for error in CALLS[call]:
                result = self.execute(run, call=call, error=number_of(error), at=at)
                while not result.fault and call in PIECES and at > 1:
                    at -= 1
                    result = self.execute(run, call=call, error=number_of(error), at=at)
                self.restore(run)
                if result.fault:
                    self.judge(run, call, error, result, expected)
                elif run.processors == 1:
                    self.complain(run, "call %d of %s" % (at, call), result, "it was not made again")

    def from_now_on(self, run, call, expected):
        """All calls fail, as on a disk that is full or where no file may be opened any more."""
        for error in CALLS[call]:
            if error in READS or error == "EINTR":  # nobody is interrupted for ever
                continue
            result = self.execute(run, call=call, error=number_of(error), at=1, more=10 ** 9)
            self.judge(run, call, error, result, expected, lasting=True)

    def memory(self, run, each):
        self.restore(run)
        expected = self.execute(run)
        # what is written, read from a pipe, or said to git, one process cannot do many times
        if run.writes or run.fresh or run.input or run.name in ("since", "staged") or run.processors > 1:
            numbers = self.spread(run, each)
        else:
            numbers = self.forked(run, each, expected)
        for number in numbers:
            result = self.execute(run, call="allocate", error=errno.ENOMEM, at=number)
            if result.fault:
                self.count += 1
                why = None if result.same(expected) else "status %s" % result.status if result.status != 2 else \
                    "nobody says what failed" if "memory" not in result.errors else \
                    self.broken_file(run, result, expected)
                if why:
                    self.complain(run, "an allocation fails", result, why)

    def forked(self, run, each, expected):
        """The allocations whose failure did not end with status 2 and `out of memory`."""
        first, every = (0, 1) if each else (FIRST, EVERY)
        result = self.execute(run, call="allocate", error=errno.ENOMEM, first=first, every=every)
        ends = [line.split("\t") for line in result.fault]
        if not result.same(expected) or not ends or ends[-1][0] != "forked":
            self.complain(run, "allocations fail in others", result, "the run is not what it is without")
            return []
        _, forked, told, count = ends.pop()
        self.count += int(told)
        print("%-10s %s of %s allocations failed" % (run.name, forked, count))
        return [int(end[1]) for end in ends]

    def spread(self, run, each):
        """The first, the last, and some between."""
        result = self.execute(run, call="allocate")
        count, some = int(result.fault[-1].split("\t")[3]), 400 if each else 25
        last = range(max(1, count - some), count + 1)
        return sorted({*range(1, some), *range(some, count, max(1, count // some)), *last})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("krug")
    parser.add_argument("library")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--part", choices=["calls", "memory"])
    options = parser.parse_intermixed_args()
    unknown = unknown_calls(options.krug)
    if unknown:
        sys.exit("krug calls %s: say in this file how they fail, or that they cannot" % ", ".join(unknown))
    with tempfile.TemporaryDirectory() as scratch:
        tester = Tester(os.path.abspath(options.krug), os.path.abspath(options.library), scratch)
        for run in RUNS:
            if options.names and run.name not in options.names:
                continue
            begun, before = time.monotonic(), tester.count
            if options.part != "memory":
                tester.calls(run, options.all)
            if options.part != "calls":
                tester.memory(run, options.all)
            print("%-10s %6d failures, %5.1f s" % (run.name, tester.count - before, time.monotonic() - begun),
                  flush=True)
    for words in tester.wrong:
        print("wrong: " + words)
    print("%d failures, %d of them not as they should be" % (tester.count, len(tester.wrong)))
    return bool(tester.wrong)


if __name__ == "__main__":
    sys.exit(main())
