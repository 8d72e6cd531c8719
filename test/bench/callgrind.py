"""Counts instructions with valgrind's callgrind, and says which part of krug they belong to.

The count is exact for the one thread that runs at a time, and hardly depends on what else the machine does. What the
kernel does is not counted.
"""
import collections, glob, os, re, shutil, subprocess, sys, tempfile

# Which part of a run a function of krug is, by its source file and name; what is not here (the C library, Lua, helpers
# of src/base and src/engine) belongs to whoever calls it, in proportion to what the calls cost. First match.
PARTS = [
    ("walk and read", r"^repo/|^base/(file|parallel)\.c"),
    ("policies", r"^policy/"),
    ("tree", r"^yaml/"),
    ("Lua tables", r"^engine/tables\.c"),
    ("joins", r"^engine/join\.c"),
    ("load rules", r"^engine/(rules|pack|describe)\.c|:worker_(new|load|open|renew)|:sandbox_(load|new)"),
    ("checks", r"^engine/(check|kinds|call|facts|fail|subject)\.c"),
    ("report", r"^report/|^engine/(settle|sift|conceal|stale)\.c"),
    ("rest", r"^engine/(run|gather)\.c|^cli/|:worker_free"),
]
PARSE = "parse"  # libyaml itself
ORDER = ["walk and read", PARSE, "tree", "Lua tables", "checks", "joins", "report", "policies", "load rules", "rest"]


def works():
    """Whether there is a callgrind that runs here."""
    if not shutil.which("valgrind"):
        return False
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "true"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0


def run(command, stdin=None, directory=None):
    """Runs COMMAND under callgrind: the instructions, and the text of its profile."""
    with tempfile.TemporaryDirectory() as place:
        profile = os.path.join(place, "profile")
        done = subprocess.run(["valgrind", "-q", "--tool=callgrind", "--callgrind-out-file=" + profile, *command],
                              input=stdin, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode > 1 or not os.path.exists(profile):
            sys.exit("%s: status %d under callgrind: %s" % (
                " ".join(command), done.returncode, done.stderr.decode(errors="replace")))
        text = open(profile, encoding="utf-8", errors="replace").read()
    return int(re.search(r"^(?:summary|totals): (\d+)", text, re.M).group(1)), text


class Profile:
    """Functions as (object, name): what each costs itself, and what its calls cost."""

    def __init__(self, text):
        self.own = collections.Counter()
        self.calls = collections.defaultdict(collections.Counter)  # callee: caller: cost
        self.names = {"ob": {}, "fn": {}}
        self.read(text)

    def name(self, table, text):
        match = re.match(r"(\(\d+\)) ?(.*)", text)
        if match.group(2):
            self.names[table][match.group(1)] = match.group(2)
        return self.names[table][match.group(1)]

    def read(self, text):
        obj = called = caller = callee = None
        for line in text.splitlines():
            key, equals, value = line.partition("=")
            if not equals:
                if line[:1] not in "0123456789+-*" or not caller:
                    continue
                cost = int(line.rsplit(" ", 1)[-1] or 0)
                if callee:
                    self.calls[callee][caller] += cost
                    callee = None
                else:
                    self.own[caller] += cost
            elif key == "ob":
                obj = self.name("ob", value)
            elif key == "fn":
                caller, called = (obj, self.name("fn", value)), obj
            elif key == "cob":
                called = self.name("ob", value)
            elif key == "cfn":
                target = (called, self.name("fn", value))
            elif key == "calls":
                callee, called = target, obj


def function_sources(objects):
    """The source file (below src/) and name of each function of krug, of static ones too, from its object files."""
    sources = {}
    for path in glob.glob(os.path.join(objects, "*", "*.o")):
        name = os.path.relpath(path, objects).removesuffix(".o")
        listing = subprocess.run(["nm", "--defined-only", path], stdout=subprocess.PIPE, text=True, check=True).stdout
        for symbol in re.findall(r"^[0-9a-f]+ [tT] (\S+)", listing, re.M):
            sources.setdefault(symbol, "%s:%s" % (name, symbol))
    if not sources:
        sys.exit("there is no object file below %s: where instructions belong cannot be told" % objects)
    return sources


def label(function, sources):
    """The part that a function is, or None: who calls it decides."""
    obj, name = function
    if "libyaml" in obj:
        return PARSE
    source = sources.get(re.sub(r"'\d+$", "", name)) or sources.get(re.sub(r"\..*|'\d+$", "", name))
    return next((part for part, pattern in PARTS if re.search(pattern, source)), None) if source else None


def shares(text, objects):
    """The instructions of a profile by the parts of a run."""
    profile, sources = Profile(text), function_sources(objects)
    functions = set(profile.own) | set(profile.calls)
    fixed = {it: label(it, sources) for it in functions}
    belongs = {it: {fixed[it]: 1.0} if fixed[it] else {} for it in functions}
    open_ones = [it for it in functions if not fixed[it]]
    # Calls among functions without a part go in circles (Lua calls itself): repeated until it settles.
    for _ in range(60):
        for function in open_ones:
            callers = profile.calls.get(function, {})
            mix = collections.Counter()
            for caller, cost in callers.items():
                if caller != function:
                    for part, share in belongs.get(caller, {}).items():
                        mix[part] += share * cost
            total = sum(mix.values())
            belongs[function] = {part: share / total for part, share in mix.items()} if total else {}
    result = collections.Counter()
    for function, cost in profile.own.items():
        for part, share in (belongs[function] or {"rest": 1.0}).items():
            result[part] += share * cost
    return {part: round(result[part]) for part in ORDER}
