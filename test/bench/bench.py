#!/usr/bin/env python3
"""Measures krug against libyaml's bare event loop over the same files, prints the figures and writes bench.json.

    cmake --build build --target bench

The files are those of a repository that is generated (10,000 manifests), and real ones: KRUG_BENCH_CORPUS, or
../shared/corpus where that is. Instructions are exact and take minutes; seconds are as good as the machine is idle.
"""
import json, os, shutil, sys
import callgrind, measuring
from measuring import median, say, table

# from the repository without a policy of ours to all that there is
POLICIES = [("no rules", 'rules: {"*": off}\n'), ("default", None), ("all rules", 'rules: {"*": warn}\n')]
SHAPE = {"services": 11, "resources": 9}  # 100 documents in each generated namespace
MANIFEST = (".yaml", ".yml", ".json")


def corpora(programs):
    """What is measured: name, directory, and two halves of it."""
    real = os.environ.get("KRUG_BENCH_CORPUS") or os.path.join(measuring.ROOT, "..", "shared", "corpus")
    yield ("generated", programs.generate("generated", namespaces=100, **SHAPE),
           [programs.generate("half-%d" % half, namespaces=50, first=50 * half, **SHAPE) for half in (0, 1)])
    if os.path.isdir(real):
        yield "real", os.path.abspath(real), halves(programs, os.path.abspath(real))
    elif "KRUG_BENCH_CORPUS" in os.environ:
        sys.exit("KRUG_BENCH_CORPUS: %s is no directory" % real)


def is_template(path):
    """Whether helm would have to render it: krug passes over such files, and libyaml stops at once."""
    parts = path.split("/")
    charts = ("/".join(parts[:i]) for i, part in enumerate(parts[:-1]) if part == "templates")
    return any(os.path.exists(chart + "/Chart.yaml") for chart in charts) and b"{{" in open(path, "rb").read()


def manifests(directory):
    """The files that krug lints below a directory."""
    found = []
    for folder, folders, names in os.walk(directory):
        folders[:] = sorted(it for it in folders if not it.startswith(".") and it != "node_modules")
        paths = [os.path.join(folder, name) for name in sorted(names) if name.endswith(MANIFEST)]
        found += [path for path in paths if not os.path.islink(path) and not is_template(path)]
    return found


def copy(paths, directory, place):
    """The files at the same places below another directory."""
    for path in paths:
        target = os.path.join(place, os.path.relpath(path, directory))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(path, target)


def halves(programs, directory):
    """Two directories with half of the bytes each, by whole folders of the top."""
    places = [os.path.join(programs.place, "real-half-%d" % half) for half in (0, 1)]
    if all(os.path.isdir(place) for place in places):
        return places
    groups = {}
    for path in manifests(directory):
        groups.setdefault(os.path.relpath(path, directory).split("/")[0], []).append(path)
    sizes = [0, 0]
    for _, paths in sorted(groups.items(), key=lambda it: -sum(os.path.getsize(path) for path in it[1])):
        half = sizes.index(min(sizes))
        sizes[half] += sum(os.path.getsize(path) for path in paths)
        copy(paths, directory, places[half])
    return places


class Bench:
    def __init__(self, programs, arguments):
        self.programs, self.rounds, self.every = programs, arguments.rounds, arguments.sample
        self.counts = not arguments.no_instructions and callgrind.works()
        self.options = {}
        for name, text in POLICIES:
            path = os.path.join(programs.place, name.replace(" ", "-") + ".yaml")
            self.options[name] = ["--policy", measuring.put(path, text)] if text else []
        self.options["no rules"].append("--allow-empty")

    def lint(self, policy, directory, jobs=1, path="."):
        """Always with the root: without a policy it would be whatever repository the directory lies in."""
        path = os.path.join(directory, path)
        return self.programs.lint(*self.options[policy], "--root", directory, path, jobs=jobs)

    def bare(self, paths):
        """A list of files for the bare loop."""
        return measuring.put(os.path.join(self.programs.place, "files"), "".join(path + "\n" for path in paths))

    def about(self, directory, paths):
        report = os.path.join(self.programs.place, "report.json")
        command = self.lint("default", directory)
        command[command.index("json")] = "json:" + report
        self.programs.run(command)
        summary = json.load(open(report, encoding="utf-8"))["summary"]
        if summary["files"] != len(paths):
            say("krug reads %d files and the bare loop %d" % (summary["files"], len(paths)))
        return {"files": summary["files"], "documents": summary["documents"],
                "bytes": sum(os.path.getsize(path) for path in paths)}

    def sample(self, name, directory, paths):
        """What instructions are counted over: all, or one of so many."""
        if self.every == 1:
            return directory, paths
        if name == "generated":
            place = self.programs.generate("sample-generated", namespaces=max(1, 100 // self.every), **SHAPE)
        else:
            place = os.path.join(self.programs.place, "sample-real")
            shutil.rmtree(place, ignore_errors=True)
            copy(paths[::self.every], directory, place)
        return place, manifests(place)

    def instructions(self, directory, paths):
        with open(self.bare(paths), "rb") as stream:
            floor, _ = callgrind.run([self.programs.bare], stdin=stream.read())
        result = {"bare": floor, "files": len(paths)}
        for name, _ in POLICIES:
            say("counting instructions:", name)
            result[name], profile = callgrind.run(self.lint(name, directory))
            if name == "all rules":
                result["parts"] = callgrind.shares(profile, self.programs.objects)
        return result

    def seconds(self, directory, paths):
        """In turn, so that a slow minute of the machine is one for all."""
        runs = {"bare": []}
        names = ["default", "all rules"]
        for name in names:
            runs[name] = []
        for _ in range(self.rounds):
            with open(self.bare(paths), "rb") as stream:
                runs["bare"].append(self.programs.run([self.programs.bare], stdin=stream))
            for name in names:
                runs[name].append(self.programs.run(self.lint(name, directory)))
        return {name: {"seconds": median(them, "seconds"), "processor": median(them, "processor"),
                       "peak": max(run["peak"] for run in them)} for name, them in runs.items()}

    def two(self, directory, parts):
        """Two jobs, and two processes with half of the files each, in turn."""
        jobs, processes = [], []
        for _ in range(self.rounds):
            jobs.append(self.programs.run(self.lint("all rules", directory, jobs=2)))
            commands = [self.lint("all rules", part) for part in parts]
            started = [self.programs.start(command) for command in commands]
            both = [self.programs.finish(*it) for it in zip(started, commands)]
            processes.append({"seconds": max(run["seconds"] for run in both)})
        return {"seconds": median(jobs, "seconds"), "peak": max(run["peak"] for run in jobs),
                "processes": median(processes, "seconds")}

    def corpus(self, name, directory, parts):
        say("%s: %s" % (name, directory))
        paths = manifests(directory)
        result = self.about(directory, paths)
        if self.counts:
            result["instructions"] = self.instructions(*self.sample(name, directory, paths))
        result.update(seconds=self.seconds(directory, paths), two=self.two(directory, parts))
        return result

    def one_file(self, repository):
        """From start to exit on one small file: alone, and in a repository of 10,000."""
        path = next(path for path in manifests(repository) if "/Deployment/" in path)
        command = self.lint("all rules", repository, path=path)
        alone = [self.programs.run([*command, "--isolated"]) for _ in range(20)]
        within = [self.programs.run(command) for _ in range(7)]
        return {"isolated": median(alone, "seconds"), "in_repository": median(within, "seconds")}


def mega(number):
    return "%.1f MB" % (number / 1e6)


def corpus_rows(it):
    """The figures of one corpus, by the names of the rows."""
    rows = {what: "{:,}".format(it[what]) for what in ("files", "documents")}
    rows["bytes"] = mega(it["bytes"])
    seconds, two, count = it["seconds"], it["two"], it.get("instructions")
    if count:
        rows["instructions counted over"] = "{:,} files".format(count["files"])
        rows["instructions of the bare loop, a file"] = "{:,.0f}".format(count["bare"] / count["files"])
        for name, _ in POLICIES:
            rows["krug's ratio to it, " + name] = "%.2f" % (count[name] / count["bare"])
    rows["processor seconds of the bare loop"] = "%.2f s" % seconds["bare"]["processor"]
    for name in ("default", "all rules"):
        rows["krug's ratio to them, " + name] = "%.2f" % (seconds[name]["processor"] / seconds["bare"]["processor"])
    for jobs, taken in ((1, seconds["all rules"]["seconds"]), (2, two["seconds"])):
        rows["throughput, all rules, %d job%s" % (jobs, "s" * (jobs - 1))] = "{:,.0f} documents/s, {}/s".format(
            it["documents"] / taken, mega(it["bytes"] / taken))
    rows["2 jobs, to 2 processes with half the files each"] = "%.2f" % (two["processes"] / two["seconds"])
    rows["peak memory, all rules, 1 job"] = mega(seconds["all rules"]["peak"])
    rows["peak memory, all rules, 2 jobs"] = mega(two["peak"])
    rows["peak memory of the bare loop"] = mega(seconds["bare"]["peak"])
    return rows


def parts_table(corpora):
    counted = {name: it["instructions"] for name, it in corpora.items() if "instructions" in it}
    if not counted:
        return "Instructions were not counted: valgrind is not here, or does not work."
    rows = [[part, *("%.1f %%" % (100 * it["parts"][part] / it["all rules"]) for it in counted.values())]
            for part in callgrind.ORDER]
    return table(["all rules: part of krug's instructions", *counted], rows)


def render(result):
    columns = {name: corpus_rows(it) for name, it in result["corpora"].items()}
    rows = [[name, *(column[name] for column in columns.values())] for name in next(iter(columns.values()))]
    one = result["one_file"]
    return "\n\n".join([
        result["measured"], table(["one thread, where nothing else is said", *columns], rows),
        parts_table(result["corpora"]),
        table(["one small file, all rules, from start to exit", "median"],
              [["alone (`--isolated`)", "%.1f ms" % (1000 * one["isolated"])],
               ["in the generated repository", "%.1f ms" % (1000 * one["in_repository"])]])])


def main():
    arguments = measuring.read_arguments(
        __doc__, ("--rounds", {"type": int, "default": 5, "help": "runs for each median of seconds (5)"}),
        ("--sample", {"type": int, "default": 1, "metavar": "N",
                      "help": "count instructions over one of N files, which takes a part of the minutes"}),
        ("--no-instructions", {"action": "store_true", "help": "only seconds"}),
        ("--write", {"action": "store_true", "help": "put the figures into docs/performance.md"}))
    programs = measuring.Programs(arguments.build)
    bench = Bench(programs, arguments)
    if not bench.counts:
        say("no instructions: valgrind is not here, does not work, or is not wanted")
    chosen = list(corpora(programs))
    result = {"measured": measuring.measured_on(arguments.build),
              "corpora": {it[0]: bench.corpus(*it) for it in chosen},
              "one_file": bench.one_file(chosen[0][1])}
    measuring.put(os.path.join(arguments.build, "bench.json"), json.dumps(result, indent=1) + "\n")
    print(render(result))
    if arguments.write:
        measuring.write_page("bench", render(result))


if __name__ == "__main__":
    main()
