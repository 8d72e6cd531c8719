"""What bench.py, growth.py and guard.py share: programs, runs of krug and their figures, generated repositories,
tables, and the pages that hold them."""
import argparse, datetime, hashlib, os, platform, re, shutil, statistics, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PAGE = os.path.join(ROOT, "docs", "performance.md")
TODAY = "2026-11-23"  # to judge by, so that no date in a policy changes the work


def read_arguments(description, *options):
    """The options that all have; OPTIONS are more, each a name and what add_argument takes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(ROOT, "build"), metavar="DIR",
                        help="where krug was built (build)")
    for name, more in options:
        parser.add_argument(name, **more)
    arguments = parser.parse_args()
    arguments.build = os.path.abspath(arguments.build)
    os.environ.pop("KRUG_POLICY", None)
    return arguments


class Programs:
    """What was built: krug, the bare loop, the runner; and a place for what is made."""

    def __init__(self, build):
        self.krug = os.path.join(build, "krug")
        self.bare = os.path.join(build, "test", "bench", "bare")
        self.measure = os.path.join(build, "test", "bench", "measure")
        self.objects = os.path.join(build, "CMakeFiles", "krugcore.dir", "src")
        self.place = os.path.join(build, "bench")
        for program in (self.krug, self.bare, self.measure):
            if not os.access(program, os.X_OK):
                sys.exit("%s is not there: cmake --build %s --target krug bench-programs" % (program, build))
        os.makedirs(self.place, exist_ok=True)

    def lint(self, *options, jobs=1):
        return [self.krug, "lint", "--today", TODAY, "--fail-on", "never", "-f", "json", "-j", str(jobs), *options]

    def start(self, command, stdin=None, directory=None):
        return subprocess.Popen([self.measure, *command], stdin=stdin, cwd=directory, stdout=subprocess.PIPE, text=True)

    def run(self, command, stdin=None, directory=None):
        """What a run took: seconds, processor seconds, peak memory in bytes. A status above 0 is an end."""
        return self.finish(self.start(command, stdin, directory), command)

    def finish(self, process, command):
        line = process.communicate()[0].split()
        if len(line) != 5 or line[4] != "0":
            sys.exit("%s: status %s" % (" ".join(command), line[-1:]))
        return {"seconds": float(line[0]), "processor": float(line[1]) + float(line[2]), "peak": int(line[3]) * 1024}

    def generate(self, name, **options):
        """A generated repository in the build directory; made when it is not there yet as it is wanted."""
        directory = os.path.join(self.place, name)
        words = [word for key, value in sorted(options.items()) for word in ("--" + key, str(value))]
        script = os.path.join(HERE, "generate")
        mark = directory + ".made"
        with open(script, "rb") as stream:
            wanted = " ".join([*words, hashlib.sha256(stream.read()).hexdigest()])
        if not os.path.exists(mark) or open(mark, encoding="utf-8").read() != wanted:
            shutil.rmtree(directory, ignore_errors=True)
            subprocess.run([sys.executable, script, directory, *words], check=True, stdout=subprocess.DEVNULL)
            put(mark, wanted)
        return directory


def put(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)
    return path


def median(runs, field):
    return statistics.median(run[field] for run in runs)


def say(*words):
    print("bench:", *words, file=sys.stderr, flush=True)


def version(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except OSError:
        return "unknown"
    return re.sub(r" \(.*?\)", "", done.stdout.split("\n")[0]).strip()


def tools(build):
    """What the count of instructions depends on beside krug."""
    cache = open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8").read()
    found = dict(re.findall(r"^(CMAKE_C_COMPILER|CMAKE_BUILD_TYPE):\w+=(.*)$", cache, re.M))
    names = {"libyaml": "yaml-0.1", "PCRE2": "libpcre2-8", "Lua": "lua5.4"}
    return {
        "machine": platform.machine(), "build": found["CMAKE_BUILD_TYPE"],
        "compiler": version(found["CMAKE_C_COMPILER"], "--version"), "C library": " ".join(platform.libc_ver()),
        "valgrind": version("valgrind", "--version"),
        **{name: version("pkg-config", "--modversion", package) for name, package in names.items()},
    }


def machine():
    """The machine in one line."""
    text = open("/proc/cpuinfo", encoding="utf-8").read()
    model = re.search(r"^model name\s*: (.*)$", text, re.M)
    memory = re.search(r"^MemTotal:\s*(\d+)", open("/proc/meminfo", encoding="utf-8").read(), re.M)
    system = re.search(r'^PRETTY_NAME="(.*)"$', open("/etc/os-release", encoding="utf-8").read(), re.M)
    return "%s, %d processors, %d GiB, %s, Linux %s" % (
        re.sub(r"\s+", " ", model.group(1)) if model else platform.machine(), os.cpu_count(),
        round(int(memory.group(1)) / 1024 / 1024), system.group(1) if system else "Linux",
        platform.release().split("-")[0])


def table(head, rows):
    """A Markdown table that reads well as text too; the first column to the left, the others to the right."""
    cells = [head, *rows]
    widths = [max(len(str(row[i])) for row in cells) for i in range(len(head))]
    lines = ["| %s |" % " | ".join(str(cell).ljust(width) if i == 0 else str(cell).rjust(width)
                                   for i, (cell, width) in enumerate(zip(row, widths))) for row in cells]
    rule = "| %s |" % " | ".join("-" * width if i == 0 else "-" * (width - 1) + ":" for i, width in enumerate(widths))
    return "\n".join([lines[0], rule, *lines[1:]])


def measured_on(build):
    facts = tools(build)
    return ("Measured on %s: %s; %s, libyaml %s, PCRE2 %s, Lua %s. Over the last quarter of an hour %.1f threads "
            "wanted a processor: above %d the seconds on the clock say little.") % (
                datetime.date.today().isoformat(), machine(), facts["compiler"], facts["libyaml"], facts["PCRE2"],
                facts["Lua"], os.getloadavg()[2], os.cpu_count())


def write_page(name, text):
    """Puts TEXT between the marks of NAME in docs/performance.md."""
    page = open(PAGE, encoding="utf-8").read()
    begin, end = "<!-- %s: begin -->\n" % name, "<!-- %s: end -->" % name
    if begin not in page or end not in page:
        sys.exit("%s has no place for %s" % (os.path.relpath(PAGE, ROOT), name))
    before, rest = page.split(begin)
    put(PAGE, before + begin + "\n" + text.strip() + "\n\n" + end + rest.split(end)[1])
