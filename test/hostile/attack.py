"""What the tests of hostile rules and policies share: krug run in a repository, what it said, and the bounds on that."""
import json, os, re, resource, shutil, signal, subprocess, sys, tempfile
import hostile

# A backstop against a hang, in seconds of processor time: nothing here takes a tenth of it.
CPU_SECONDS = 100
# What design.md promises of hostile input, for each job; findings, facts and the report's JSON are beside it.
JOB_MEMORY = 200 * 1024 * 1024

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: %s, namespace: team-a, labels: {a: x, a: y}}
spec:
  ports:
  - port: 80
"""


class Wrong(Exception):
    pass


def require(holds, format, *values):
    if not holds:
        raise Wrong(format % values)


class Answer:
    """What krug said, and what it took."""

    def __init__(self, status, out, err, usage):
        self.status, self.out, self.err = status, out, err
        self.memory, self.seconds = usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime

    def report(self):
        try:
            return json.loads(self.out)
        except ValueError as error:
            raise Wrong("the report is no JSON: %s\n%.1000s\n%.1000s" % (error, self.out, self.err))

    def same(self):
        """The report without what may differ between two runs."""
        return re.sub(r'"seconds": *[0-9.]+', "", self.out), re.sub(r"[0-9.]+ s\b", "", self.err)


class Repository:
    def __init__(self, krug, sanitized):
        self.krug, self.sanitized = os.path.abspath(krug), sanitized
        self.root = tempfile.mkdtemp(prefix="krug-hostile-")
        hostile.write(self.root, {})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root)

    def path(self, name):
        return os.path.join(self.root, name)

    def write(self, name, content):
        hostile.write(self.root, {name: content})

    def _limit(self):
        seconds = CPU_SECONDS * (10 if self.sanitized else 1)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def run(self, *arguments, jobs=1, memory=None):
        """Runs krug and holds it to the bounds that hold for everything."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            environment = {key: value for key, value in os.environ.items() if not key.startswith("KRUG_")}
            process = subprocess.Popen([self.krug, *arguments], cwd=self.root, stdin=subprocess.DEVNULL, stdout=out,
                                       stderr=err, env=environment, preexec_fn=self._limit)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            answer = Answer(process.returncode, out.read().decode(errors="surrogateescape"),
                            err.read().decode(errors="surrogateescape"), usage)
        require(answer.status >= 0, "krug ended by %s after %.1f s\n%.2000s",
                signal.Signals(-answer.status).name if answer.status < 0 else "", answer.seconds, answer.err)
        require(answer.status in (0, 1, 2), "status %d\n%.2000s", answer.status, answer.err)
        bound = memory or jobs * JOB_MEMORY
        require(self.sanitized or answer.memory <= bound, "%d MiB of memory, and %d are allowed",
                answer.memory >> 20, bound >> 20)
        return answer


def drive(cases):
    """Runs cases, (name, function) each, told by name or all; ends with the number that are wrong."""
    chosen = set(ARGUMENTS)
    wrong, seconds = 0, 0
    for name, run in cases:
        if chosen and name not in chosen:
            continue
        try:
            answers = run()
            seconds += sum(answer.seconds for answer in answers)
            if "--times" in FLAGS:
                print("%6.2f s %4d MiB  %s" % (sum(answer.seconds for answer in answers),
                                               max(answer.memory for answer in answers) >> 20, name))
        except Wrong as reason:
            print("%s: %s" % (name, reason))
            wrong += 1
    for name in sorted(chosen - {name for name, _ in cases}):
        print("there is no attack %s" % name)
        wrong += 1
    print("%d wrong, %.1f s of processor time" % (wrong, seconds))
    sys.exit(1 if wrong else 0)


FLAGS = {argument for argument in sys.argv[1:] if argument.startswith("--")}
KRUG, *ARGUMENTS = [argument for argument in sys.argv[1:] if not argument.startswith("--")] or [""]
SANITIZED = "--sanitized" in FLAGS
if not KRUG:
    sys.exit("usage: %s KRUG [ATTACK...] [--times] [--sanitized]" % sys.argv[0])
