#!/usr/bin/env python3
"""differ_test.py KRUG [COUNT [SEED]]: does krug read what Kubernetes reads?

Documents by chance, in every style and with damage, go through krug tree and through a second reader: PyYAML's scanner
and parser and, on top of them, Kubernetes' rules written anew; for JSON, Python's own. Values, the places of keys and
values, and what is refused must be the same; known.py lists where readers part. The same SEED makes the same documents.
A case that differs is cut down to the least that still does, and printed with both answers.
"""
import os, random, sys, tempfile, time

import yaml

import generate, kubernetes, known, program
from events import Refused

BATCH = 1000
SHOWN = 20
BETWEEN_JSON = "\n\n\n"


def cases(chance, count):
    for _ in range(count):
        text = generate.yaml(chance)
        if chance.random() < 0.35:
            text = generate.mutate(chance, text)
        data = text.encode("utf-8")
        yield generate.break_bytes(chance, data) if chance.random() < 0.005 else data


def files(chance, count):
    """What only the beginning or the end of a file shows."""
    for _ in range(count):
        kind = chance.random()
        if kind < 0.5:
            text = generate.mutate(chance, "\n".join(generate.json_value(chance) for _ in range(chance.choice([1, 1, 2, 3]))))
            yield text.encode("utf-8")
            continue
        text = "---\n".join(generate.yaml(chance) for _ in range(chance.choice([1, 1, 2])))
        if kind < 0.7:
            yield text.rstrip("\n").encode("utf-8")
        elif kind < 0.8:
            yield text.encode("utf-8-sig")
        else:
            text = text.replace(chance.choice("ab "), chance.choice(["\U0001f600", "\u4e2d", "a"]))
            mark, encoding = chance.choice([(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
            data = mark + text.encode(encoding)
            at = chance.randint(0, len(data))
            yield data if chance.random() < 0.8 else data[:at] + chance.choice([b"", b"\xd8", b"\xdc\xdc"]) + data[at + 1:]


class Report:
    def __init__(self):
        self.count = 0

    def add(self, case, found, differs=None):
        """DIFFERS, which says what differs in a case: it is cut down first."""
        self.count += 1
        if self.count > SHOWN:
            return
        if differs:
            case = shrink(case, differs)
            found = differs(case) or found
        print("DIFFERENCE %d: %r\n    %s\n" % (self.count, case, found), flush=True)


def shrink(case, differs):
    """Lines, then bytes, are left out as long as the rest still differs."""
    for parts, join in ((case.splitlines(True), b"".join), (None, b"".join)):
        parts = parts if parts is not None else [case[i:i + 1] for i in range(len(case))]
        size = max(len(parts) // 2, 1)
        while size and len(parts) > 1:
            at = 0
            while at < len(parts):
                less = parts[:at] + parts[at + size:]
                if differs(join(less)):
                    parts = less
                else:
                    at += size
            size //= 2
        case = join(parts)
    return case


def checked(differs):
    """What differs, a crash included, so that it can be shrunk as well."""
    def ask(case):
        try:
            return differs(case)
        except program.Crashed as crash:
            return "crashed: %s" % crash
    return ask


def compare_batch(krug, batch, report):
    def one(case):
        return next((found for _, found in program.Batch([case]).differences(krug)), None)

    try:
        found = list(program.Batch(batch).differences(krug))
    except program.Crashed as crash:
        if len(batch) > 1:
            half = len(batch) // 2
            compare_batch(krug, batch[:half], report)
            compare_batch(krug, batch[half:], report)
            return
        found = [(batch[0], "crashed: %s" % crash)]
    for case, what in found:
        report.add(case, what, checked(one))


def answers(krug, source):
    """What krug, the second reader and PyYAML as it comes read of one document."""
    shown, refused = krug.tree(b"---\n1\n---\n" + source.encode("utf-8"))
    read = kubernetes.read_chunk(source.encode("utf-8"))
    try:
        plain = next(yaml.load_all(source, yaml.BaseLoader))
    except yaml.YAMLError:
        plain = known.REFUSED
    return known.REFUSED if refused else shown[1], known.REFUSED if isinstance(read, Refused) else read.plain(), plain


def compare_known(krug, report):
    for source, value, reason in known.REFUSED_ONLY_HERE:
        if value is known.REFUSED or answers(krug, source)[:2] != (known.REFUSED, known.REFUSED):
            report.add(source, "this is not refused by both readers, and by them alone: " + reason)
    for source, value, reason in known.UNLIKE_PYYAML:
        mine, other, plain = answers(krug, source)
        if mine != value or other != value or plain == value:
            report.add(source, "krug: %s, second reader: %s, PyYAML: %s; known: %s" % (mine, other, plain, reason))


def compare_round(krug, chance, size, report):
    """SIZE small documents, and for them a share of files of their own and of JSON."""
    compare_batch(krug, list(cases(chance, size)), report)
    one_file = checked(lambda case: program.compare_file(krug, case))
    for data in files(chance, size // 40):
        found = one_file(data)
        if found:
            report.add(data, found, one_file)
    texts = [generate.json_value(chance) for _ in range(size // 10)]
    stream = checked(lambda case: program.compare_json(krug, case.decode("utf-8", "replace").split(BETWEEN_JSON)))
    data = BETWEEN_JSON.join(texts).encode("utf-8")
    assert kubernetes.read_json(data)[1] is None, "what is generated is no JSON"
    found = stream(data)
    if found:
        report.add(data, found, stream)


def main():
    count, seed = (int(text) for text in (sys.argv[2:] + ["20000", "1"][len(sys.argv) - 2:]))
    chance, report, began = random.Random(seed), Report(), time.time()
    sys.setrecursionlimit(20000)
    print("%d documents, seed %d" % (count, seed), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        krug = program.Krug(os.path.abspath(sys.argv[1]), os.path.join(folder, "case.yaml"))
        compare_known(krug, report)
        for done in range(0, count, BATCH):
            if done and done % 100000 == 0:
                print("%d documents, %d differences, %.0f s" % (done, report.count, time.time() - began), flush=True)
            compare_round(krug, chance, min(BATCH, count - done), report)
    print("%d documents, %d differences" % (count, report.count))
    return 1 if report.count else 0


if __name__ == "__main__":
    sys.exit(main())
