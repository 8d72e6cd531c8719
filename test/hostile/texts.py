"""Hostile scalars, documents, comments and bytes: more cases in the manner of manifests.py."""
from manifests import MIB, Hostile, case, refused, thing

LARGE = ("manifest/too-large", "larger than 16 MiB")


def syntax(text, words, line, column, **more):
    """Refused at one exact place."""
    def holds(report):
        finding = report["findings"][0]
        return words in finding["message"] and (finding["line"], finding["column"]) == (line, column)
    return Hostile(text, status=1, rules={"manifest/syntax": 1}, holds=holds, **more)


# ---- scalars ----

def filled(head, tail, size):
    """HEAD, x as often as it takes, TAIL: SIZE bytes."""
    return head + "x" * (size - len(head) - len(tail)) + tail


@case(16 * MIB)
def plain_scalar_of_a_document(n):
    return Hostile(filled("a: ", "\n", n), documents=1)


@case(16 * MIB + 1)
def document_a_byte_too_large(n):
    return refused(filled("a: ", "\n", n), *LARGE)


@case(64 * MIB)
def file_as_large_as_allowed(n):
    """Five documents; the last one has a finding all the same."""
    one = filled("a: ", "\n---\n", 16 * MIB)
    return Hostile(filled(one * 3 + "a: ", "\n---\na: b\na: b\n", n), status=1, documents=5,
                   rules={"manifest/duplicate-key": 1})


@case(64 * MIB + 1)
def file_a_byte_too_large(n):
    return refused(filled("a: ", "\n", n), "manifest/too-large", "larger than 64 MiB", documents=0)


@case(4 * MIB)
def quoted_scalar_with_escapes(n):
    return Hostile('a: "' + r"\x41" * n + '"\n' if n < MIB else 'a: "' + r"\x41" * (n - 4) + '"\n', documents=1)


@case(8 * MIB)
def block_scalar_of_short_lines(n):
    return Hostile("a: |\n" + "  x\n" * (n // 4), documents=1)


@case(8 * MIB, 50000)
def block_scalar_of_blank_lines(n):
    return Hostile("a: |\n  x\n" + "\n" * n + "b: c\n", documents=1)


@case(8 * MIB)
def json_string_with_escapes(n):
    return Hostile({"a.json": '{"a":"' + r"\u0041" * (n // 6) + '"}'}, documents=1)


@case(8 * MIB, 20000)
def digits(n):
    """An integer, a fraction, an exponent of megabytes: no number, and no endless reading of one."""
    return Hostile("a: %s\nb: .%s\nc: 1e%s\nd: 0x%s\n" % (("1" * (n // 4),) * 4), documents=1, status=None)


@case(8 * MIB)
def digits_of_json(n):
    return Hostile({"a.json": '{"a": 0.%s}' % ("1" * n)}, documents=1)


@case(1)
def numbers_out_of_range(n):
    """Text to Kubernetes, infinite to others."""
    return Hostile(thing("{a: 1e999999999, b: -1e999999999, c: 1e-999999999, d: 0xffffffffffffffffffff}"),
                   rules={"manifest/ambiguous-scalar": 3})


@case(1)
def json_number_out_of_range(n):
    return syntax({"a.json": '{"a": 1e999999999}'}, "number out of range", 1, 7)


@case(1)
def infinity(n):
    return syntax("a: .inf\n", "JSON has no number for .inf", 1, 4)


# ---- keys ----

@case(1)
def key_of_1025_bytes(n):
    return refused(filled("", ": a\n", 1028 + 3), "manifest/syntax", "mapping values are not allowed in this context")


@case(4 * MIB, 20000)
def key_of_megabytes(n):
    return Hostile("? %s\n: b\n" % ("k" * n), documents=1)


@case(4 * MIB)
def json_key_of_megabytes(n):
    return Hostile({"a.json": '{"%s": 1}' % ("k" * n)}, documents=1)


# ---- documents ----

@case(100000, 1000)
def separators(n):
    """No resource in all of them: that is told once."""
    return Hostile("---\n" * n, documents=0, rules={"manifest/empty-document": 1}, each=600 * n)


@case(1)
def more_documents_than_allowed(n):
    """Of a file as large as may be: JSON that is read, YAML that is, and lines that are none."""
    files = {"a.json": "{}" * (16 * MIB), "b.yaml": "---\n{}\n" * (4 * MIB), "c.yaml": "----\n" * (12 * MIB),
             "d.json": "{}\n" * 100000 + "\n", "e.yaml": "---\n" * 100000}
    return Hostile(files, status=1, documents=3 * 100001 + 100000, each=2000, rules={
        "manifest/syntax": 100000, "manifest/too-large": 3, "manifest/empty-document": 1}, holds=lambda report:
        [f["file"] for f in report["findings"] if f["rule"] == "manifest/too-large"] == ["a.json", "b.yaml", "c.yaml"])


@case(20000, 200)
def separators_that_are_none(n):
    """Each is told at its line, and the document behind the last of them is linted."""
    return Hostile("----\n" * n + "---\na: b\na: b\n", status=1, documents=n + 1,
                   rules={"manifest/syntax": n, "manifest/duplicate-key": 1})


@case(20000, 200)
def resources(n):
    return Hostile("".join("---\napiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a%d, namespace: a}\n" % i
                           for i in range(n)), documents=n)


@case(20000, 200)
def resources_of_a_namespace_each(n):
    return Hostile("".join("---\napiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a, namespace: n%d}\n" % i
                           for i in range(n)), documents=n)


@case(20000, 200)
def kinds(n):
    return Hostile("".join("---\napiVersion: example.com/v1\nkind: Thing%d\nmetadata: {name: a, namespace: a}\n" % i
                           for i in range(n)), documents=n)


@case(50000)
def json_objects(n):
    return Hostile({"a.json": "{}" * n}, documents=n)


@case(5000, 100)
def faulty_documents_between_good_ones(n):
    """Nothing of a good one is lost."""
    return Hostile("---\na: [\n---\na: b\na: b\n" * n, status=1, documents=2 * n,
                   rules={"manifest/syntax": n, "manifest/duplicate-key": n},
                   holds=lambda report: [f["line"] for f in report["findings"] if f["rule"] == "manifest/duplicate-key"]
                   == [5 * i + 5 for i in range(n)])


@case(2000, 500)
def namespace_objects_of_one_name(n):
    """Their labels are compared."""
    labels = ",".join("l%d: v" % i for i in range(n))
    text = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {%s}}\n" % labels
    return Hostile(text * 2, status=None, documents=2)


# ---- comments and ignores ----

IGNORE = "# krug: ignore manifest/duplicate-key -- so it is\n"


@case(100000, 2000)
def comments(n):
    return Hostile("# krug\n" * n + "a: b # krug\n" * 1, documents=1)


@case(100000, 100)
def ignores(n):
    """The first thousand of a file count; the one behind them says so."""
    return Hostile(IGNORE * n + "a: b\na: b\n", status=1, documents=1,
                   rules={"manifest/duplicate-key": 1, "policy/ignore-unused": 1000, "policy/ignore-invalid": 1})


@case(2000, 100)
def ignores_that_hide(n):
    """A finding behind the last that counts is none the less."""
    return Hostile("apiVersion: v1\nkind: Thing\nspec:\n" + "".join(
        "- a: b\n  a: b # krug: ignore manifest/duplicate-key -- so it is\n" for _ in range(n)), status=1,
                   rules={"manifest/duplicate-key": n - 1000, "policy/ignore-invalid": 1} if n > 1000 else None,
                   holds=lambda report: len(report["hidden"]) == min(n, 1000))


@case(20000, 500)
def ignores_in_a_string(n):
    return Hostile(thing('"%s"' % ("# krug: ignore a/b -- c " * n)), documents=1)


@case(20000, 500)
def ignores_in_an_annotation(n):
    """Nowhere in the text as they are read, since they are escaped there."""
    return Hostile('apiVersion: v1\nkind: Thing\nmetadata: {name: a, namespace: a, annotations: {krug.dev/ignore: "%s"}}\n'
                   % (r"\x61/b: c\n" * n), status=None,
                   holds=lambda report: any("at most 1000" in f["message"] for f in report["findings"]) or n < 1000)


# ---- lines ----

@case(8 * MIB, 50000)
def empty_lines_before_a_fault(n):
    return syntax("\n" * n + "a: ]\n", "did not find expected node content", n + 1, 4)


@case(8 * MIB, 50000)
def a_fault_at_the_end_of_a_long_line(n):
    return syntax("a: " + "é" * (n // 2) + ": b\n", "mapping values are not allowed in this context", 1, n // 2 + 4)


# ---- bytes ----

# what is no UTF-8, at the first byte that cannot be
BROKEN = [b"\xff", b"\xc0\x80", b"\xc1\xbf", b"\xe0\x80\xaf", b"\xe0\x9f\xbf", b"\xf0\x80\x80\x80", b"\xf0\x8f\xbf\xbf",
          b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xed\xa0\xbd\xed\xb8\x80", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80",
          b"\xf8\x88\x80\x80\x80", b"\x80", b"\xbf", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\xc3\x28", b"\xe2\x28\xa1"]
# characters that YAML does not allow
FORBIDDEN = [b"\0", b"\x01", b"\x1b", b"\x7f", b"\xc2\x80", b"\xc2\x9b", b"\xef\xbf\xbe", b"\xef\xbf\xbf"]
# where they stand: in a key, a plain and a quoted scalar, a block scalar, a comment, an anchor, a tag, and alone
PLACES = [b"a%s: b\n", b"a: b%s\n", b"a: 'b%s'\n", b'a: "b%s"\n', b"a: |\n  b%s\n", b"a: b # %s\n", b"a: &b%s c\n",
          b"a: !b%s c\n", b"%s", b"a: b\n%s\n"]


@case(1)
def bytes_that_are_no_text(n):
    """Every one of them at every place, a file each: told at the line where it stands."""
    files, lines = {}, {}
    for i, data in enumerate(BROKEN + FORBIDDEN):
        for j, place in enumerate(PLACES):
            name = "%02d-%02d.yaml" % (i, j)
            files[name] = place.replace(b"%s", data)
            lines[name] = place[:place.index(b"%s")].count(b"\n") + 1
    return Hostile(files, status=1, rules={"manifest/syntax": len(files)}, holds=lambda report:
                   {f["file"]: f["line"] for f in report["findings"]} == lines)


@case(1)
def bytes_that_are_no_text_in_json(n):
    """encoding/json takes broken UTF-8 in strings, each byte for U+FFFD; a control character it does not take."""
    files = {"a%02d.json" % i: b'{"a":"b%s"}' % data for i, data in enumerate(BROKEN)}
    files.update({"b%02d.json" % i: b'{"a":"b%s"}' % data for i, data in enumerate(FORBIDDEN[:3])})
    return Hostile(files, status=1, rules={"manifest/syntax": 3},
                   holds=lambda report: all(f["file"].startswith("b") for f in report["findings"]))


@case(1)
def lone_surrogates(n):
    """In YAML an escape of half a pair is an error, in JSON it is U+FFFD."""
    files = {"a.json": r'{"a":"\ud800","b":"\udc00","c":"\ud800\ud800","d":"\udc00\ud800"}'}
    files.update({"%d.yaml" % i: 'a: "%s"\n' % text for i, text in enumerate([r"\ud800", r"\udfff", r"\ud83d\ude00", r"\UFFFFFFFF", r"\U00110000"])})
    return Hostile(files, status=1, rules={"manifest/syntax": 5},
                   holds=lambda report: all(f["file"].endswith(".yaml") for f in report["findings"]))


@case(1)
def byte_order_marks(n):
    """One at the beginning is none of the text; one at the beginning of a document is taken, in a scalar too; UTF-16
    is read with a mark; UTF-32 is no text."""
    dup = "a: b\na: b\n"
    files = {"a.yaml": "\ufeff" + dup, "b.yaml": dup.encode("utf-16"), "c.yaml": "\ufeff".encode("utf-16-be") +
             dup.encode("utf-16-be"), "d.yaml": "a: b\n---\n\ufeff" + dup, "e.yaml": "a: 'b\ufeffc'\n" + dup}
    broken = {"f.yaml": dup.encode("utf-32"), "g.yaml": b"\0\0\xfe\xff" + dup.encode("utf-32-be"),
              "h.yaml": dup.encode("utf-16-le"), "i.yaml": b"\xff\xfea", "j.yaml": b"\xff\xfe\x3d\xd8"}
    return Hostile({**files, **broken}, status=1, rules={"manifest/duplicate-key": 6, "manifest/syntax": 5},
                   holds=lambda report: {f["file"] for f in report["findings"] if f["rule"] == "manifest/syntax"} ==
                   set(broken))


@case(16 * MIB)
def utf_16(n):
    return Hostile(("a: " + "x" * (n // 2) + "\n").encode("utf-16"), documents=1)


@case(8 * MIB, 50000)
def tabs(n):
    """Between a dash and what is none: told once, where it begins."""
    return Hostile("a: b" + "\t" * n + "# c\n", documents=1, status=None)
