"""YAML and JSON by chance, every style and what people would never write, most of it valid; and damage done to it."""
import json

WORDS = """a b key name value x-1 app/v1 v1 Pod ClusterIP http-web 8080 0 -1 +3 007 08 0x1F 0o17 0b101 1_000 1.0 1.10 .5 -.5
1e3 1E+5 1e400 true True yes No on OFF y n 2001-12-14 2001-12-14t21:59:43.10-05:00 1:30 12345678901234567890 1__0 0b-11 0x 1.
-9223372036854775808 . .. ... -- --- << = a:b a#b http://x/y#f -x :x \\n it's say"s \u4e2d \U0001f600 x\u00e9""".split()
NULLS = ["null", "~", "Null", "NULL"]
TROUBLE = """{{ }} @x `x` %d !x &x *x [x] {x} a[0] x{y} - ? : ?x a,b x?y .inf -.INF .nan '' "" 18446744073709551616""".split()
LETTERS = "abcdefgh0123456789 -_.:/#,[]{}&*!|>'\"%@`?~=+$^()<>;\\"
WIDE = ["\u00e9", "\u00df", "\u4e2d", "\u0416", "\u00a0", "\ufeff", "\ufffd", "\U0001f600", "\U00010000", "\U0010ffff",
        "\u200b", "\u2028", "\u2029", "\u0085", "\ud7ff", "\ue000"]
ODD = ["\t", "\r", "\0", "\x07", "\x7f", "\x80", "\x9f", "\ufffe", "\uffff"]
TAGS = ["!!str", "!!map", "!!seq", "!!set", "!", "!x", "!x/y:z", "!<tag:yaml.org,2002:str>", "!<!x>", "!!foo", "!a%41"]
STRICT_TAGS = ["!!int", "!!float", "!!bool", "!!null", "!!binary", "!!timestamp", "!!merge", "!e!x", "!!int,"]
EDITS = "\n\t :-?#,[]{}&*!|>'\"%@`~<=\\.0a" + "\r\u0085\u2028\ufeff\U0001f600\u00e9\x00\x80"


class Yaml:
    """One document. TEXT is made from the outside in; a node ends its own last line."""

    def __init__(self, random):
        self.random = random
        self.end = random.choice(["\n"] * 12 + ["\r\n"] * 3 + ["\r"])
        self.anchors = []
        self.odd = random.random() < 0.15
        self.tabs = random.random() < 0.15
        self.wide = random.random() < 0.25
        self.budget = random.randint(1, random.choice([4, 8, 16, 40]))

    def chance(self, part):
        return self.random.random() < part

    # ---- small things ----

    def blank(self):
        return self.random.choice([" ", "  ", "\t", " \t"]) if self.tabs else " " * self.random.choice([1, 1, 1, 1, 2, 5])

    def comment(self):
        return "#" + self.random.choice(["", " note", "x", " a: b", " - 'x", " \u00e9", "!", "\tq"])

    def line_end(self):
        text = ""
        if self.chance(0.12):
            text = self.blank() + self.comment()
        elif self.chance(0.05):
            text = self.blank()
        if self.odd and self.chance(0.05):
            return text + self.random.choice(["\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029"])
        text += self.end
        while self.chance(0.07):
            text += self.random.choice(["", "  ", " ", self.blank() + self.comment(), self.comment()]) + self.end
        return text

    def letters(self, most=8):
        count = self.random.randint(1, most)
        text = "".join(self.random.choice(LETTERS) for _ in range(count))
        if self.wide and self.chance(0.5):
            at = self.random.randint(0, len(text))
            text = text[:at] + self.random.choice(WIDE) + text[at:]
        if self.odd and self.chance(0.03):
            text += self.random.choice(ODD)
        return text

    def word(self):
        kind = self.random.random()
        if kind < 0.7:
            return self.random.choice(WORDS)
        if kind < 0.8:
            return self.number()
        if kind < 0.83:
            return self.random.choice(TROUBLE)
        if kind < 0.88:
            return self.random.choice(NULLS)
        return self.random.choice("abxyz") + self.letters().replace(": ", ":").replace(" #", "#").strip(" :")

    def number(self):
        r = self.random
        kinds = "0123456789_" if self.chance(0.3) else "0123456789"
        digits = "".join(r.choice(kinds) for _ in range(r.choice([1, 2, 3, 8, 19, 20])))
        return r.choice(["", "", "-", "+"]) + r.choice(["", "", "", "0", "0x", "0b", "0o", "."]) + digits \
            + r.choice(["", "", "", ".", "." + digits[:4], "e5", "E-3", "e+400", "a"])

    def pad(self, indent):
        """The beginning of a line inside a multi-line scalar."""
        return " " * (indent + self.random.choice([0, 0, 0, 1, 3])) + ("\t" if self.tabs and self.chance(0.2) else "")

    def breaks(self, indent):
        """From one line of a scalar to the next, with empty ones between."""
        text = self.blank() if self.chance(0.1) else ""
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            text += self.random.choice(["\u0085", "\u2028", "\u2029"]) if self.odd and self.chance(0.1) else self.end
            text += " " * self.random.randint(0, indent) if self.chance(0.1) else ""
        return text + self.pad(indent)

    # ---- scalars ----

    def plain(self, indent):
        text = self.word()
        while indent is not None and self.chance(0.12):
            text += (self.breaks(indent) if self.chance(0.6) else self.blank()) + self.word()
        return text

    def single(self, indent):
        text = self.letters().replace("'", "''")
        while self.chance(0.15):
            text += (self.breaks(indent) if indent is not None and self.chance(0.6) else self.blank()) + \
                self.letters().replace("'", "''")
        return "'" + (text if self.chance(0.95) else "") + "'"

    def escape(self):
        r = self.random
        kind = r.random()
        if kind < 0.7:
            return "\\" + r.choice("0abtnvfre \"\\N_LP")
        if kind < 0.99:
            code = r.choice([0x41, 0xe9, 0x4e2d, 0x1f600, 0x85, 0, 0xfffd, 0xfeff, 0xd7ff])
            forms = [f for f, most in (("\\x%02x", 0xff), ("\\u%04X", 0xffff), ("\\U%08x", 0x10ffff)) if code <= most]
            return r.choice(forms) % code
        return r.choice(["\\/", "\\'", "\\q", "\\\t", "\\x4", "\\ud83d", "\\udead", "\\U00110000", "\\ud83d\\ude00"])

    def double(self, indent):
        text = ""
        for _ in range(self.random.randint(0, 4)):
            kind = self.random.random()
            if kind < 0.5:
                text += self.letters().replace("\\", "").replace('"', "")
            elif kind < 0.8:
                text += self.escape()
            elif indent is not None:
                text += ("\\" if self.chance(0.3) else "") + self.breaks(indent)
        return '"' + text + '"'

    def block_scalar(self, indent):
        """Behind it a line is complete; INDENT is where its parent's lines begin, -1 at the root."""
        r = self.random
        more = r.choice([1, 2, 2, 2, 3, 9])
        digit = str(more) if self.chance(0.25) else ""
        chomp = r.choice(["", "", "-", "+"])
        head = r.choice("|>") + (digit + chomp if self.chance(0.5) else chomp + digit)
        own = max(indent, 0) + more
        text = head + (self.blank() + self.comment() if self.chance(0.1) else " " * r.choice([0, 0, 0, 2])) + self.end
        for number in range(r.choice([0, 1, 1, 2, 2, 3, 4])):
            kind = r.random()
            if kind < 0.15:
                text += " " * r.choice([0, 0, own, max(own - 1, 0), own + 2]) + self.end
            else:
                more = r.choice([0, 0, 0, 1, 2]) if number or digit else 0
                line = self.word() if self.chance(0.5) else self.letters(15)
                text += " " * (own + more) + ("\t" if self.tabs and self.chance(0.2) else "") + line + self.end
        while self.chance(0.2):
            text += " " * r.choice([0, 0, 1, own]) + self.end
        return text

    def scalar(self, indent):
        kind = self.random.random()
        if kind < 0.6:
            return self.plain(indent)
        return self.single(indent) if kind < 0.8 else self.double(indent)

    def key(self):
        """On one line; null is no key, and is one seldom."""
        if self.chance(0.002):
            quote, wide = self.random.choice(["", '"', "'"]), self.random.choice(["", "", "\u00e9", "\U0001f600"])
            return quote + "k" * self.random.randint(1015, 1026) + wide + quote
        text = self.scalar(None)
        return text if text not in NULLS or self.chance(0.05) else "k"

    def properties(self):
        text = ""
        if self.chance(0.07):
            text += self.random.choice(TAGS if self.chance(0.8) else STRICT_TAGS) + self.blank()
        anchor = self.anchor(0.1)
        return text + anchor if self.chance(0.5) else anchor + text

    def anchor(self, probability):
        if not self.chance(probability):
            return ""
        name = self.random.choice(["a", "b", "x-1", "_", "0"])
        self.anchors.append(name)
        return "&" + name + self.blank()

    def alias(self):
        return "*" + self.random.choice(self.anchors if self.chance(0.98) else ["a"])

    # ---- flow ----

    def flow_gap(self, indent):
        """Between the tokens of a flow collection."""
        kind = self.random.random()
        if kind < 0.6:
            return ""
        if kind < 0.9 or indent is None:
            return self.blank()
        return (self.blank() + self.comment() if self.chance(0.2) else "") + self.end + self.pad(indent)

    def flow_key(self, indent):
        kind = self.random.random()
        if kind < 0.04 and self.anchors:
            return self.alias() + " "
        if kind < 0.12:
            return "? " + self.flow_node(indent)
        return self.properties() + self.key()

    def flow_pair(self, indent):
        if self.chance(0.05):
            return "<<: " + (self.alias() if self.anchors else "{m: 1}")
        text = self.flow_key(indent)
        if self.chance(0.08):
            return text
        return text + self.flow_gap(None) + ":" + ("" if self.chance(0.08) else self.blank()) + \
            ("" if self.chance(0.1) else self.flow_node(indent))

    def flow_node(self, indent):
        self.budget -= 1
        kind = self.random.random()
        if kind < 0.05 and self.anchors:
            return self.alias()
        text = self.properties()
        if self.budget <= 0 or kind < 0.6:
            return text + self.scalar(indent)
        is_map = kind < 0.8
        parts = []
        for _ in range(self.random.choice([0, 1, 1, 2, 3])):
            inner = self.flow_pair(indent) if is_map or self.chance(0.1) else self.flow_node(indent)
            parts.append(self.flow_gap(indent) + inner + self.flow_gap(indent))
        if parts and self.chance(0.06):
            parts.append(self.flow_gap(indent))
        return text + ("{" if is_map else "[") + ",".join(parts) + ("}" if is_map else "]")

    # ---- block ----

    def deeper(self, indent):
        return indent + self.random.choice([1, 2, 2, 2, 2, 4])

    def value(self, indent, in_map):
        """What stands behind `key:` or `-`, the end of the line included."""
        self.budget -= 1
        kind = self.random.random()
        if kind < 0.05:
            return self.line_end()
        if kind < 0.1 and self.anchors:
            return " " + self.alias() + self.line_end()
        lead = (self.blank() if in_map or self.chance(0.05) else " ") + self.properties()
        if self.budget <= 0 or kind < 0.35:
            return lead + self.scalar(max(indent, 0) + 1) + self.line_end()
        if kind < 0.47:
            return lead + self.block_scalar(indent)
        if kind < 0.62:
            return lead + self.flow_node(max(indent, 0) + 1) + self.line_end()
        lead = lead.rstrip(" \t") if self.chance(0.9) else lead
        if kind < 0.83:
            return lead + self.line_end() + self.map(self.deeper(indent))
        same = in_map and self.chance(0.5)
        return lead + self.line_end() + self.list(indent if same else self.deeper(indent))

    def compact(self, indent):
        """A collection on the line of its `-`, or of `?`."""
        gap = self.random.choice([1, 1, 1, 1, 2, 3])
        inner = indent + 1 + gap
        text = self.map(inner) if self.chance(0.75) else self.list(inner)
        return " " * gap + text[inner:]

    def list(self, indent):
        text = ""
        for _ in range(self.random.choice([1, 1, 2, 3, 4])):
            is_compact = self.budget > 0 and self.chance(0.35)
            text += " " * indent + "-" + (self.compact(indent) if is_compact else self.value(indent, False))
            text += self.random.choice(["", "  "]) + self.comment() + self.end if self.chance(0.04) else ""
        return text

    def pair(self, indent):
        if self.chance(0.05):
            merged = ["{m: 1}", "[{m: 2}, {n: 3}]", "[&b {m: 4}, *b]"]
            for anchor in self.anchors[-1:]:
                merged += ["*" + anchor, "[*%s, {m: 2}]" % anchor]
            merged = self.random.choice(merged)
            name = "" if merged[0] == "*" else self.anchor(0.3)
            self.anchors += ["b"] * ("&b" in merged)
            return "<<: " + name + merged + self.line_end()
        if self.chance(0.06):
            text = "?" + (self.compact(indent) if self.chance(0.1) else self.value(indent, True))
            return text + (" " * indent + ":" + self.value(indent, True) if self.chance(0.8) else "")
        if self.chance(0.03) and self.anchors:
            return self.alias() + " :" + self.value(indent, True)
        key = self.properties() + self.key() + (self.blank() if self.chance(0.03) else "")
        return key + ":" + self.value(indent, True)

    def map(self, indent):
        self.budget -= 1
        text = ""
        for _ in range(self.random.choice([1, 2, 2, 3, 4])):
            text += " " * indent + self.pair(indent)
            text += self.random.choice(["", "  "]) + self.comment() + self.end if self.chance(0.04) else ""
        return text

    def text(self):
        r = self.random
        kind = r.random()
        text = "".join(r.choice(["", " "]) + self.comment() + self.end for _ in range(r.choice([0] * 9 + [1, 2])))
        if kind < 0.55:
            text += self.map(0 if self.chance(0.9) else 2)
        elif kind < 0.72:
            text += self.list(0 if self.chance(0.9) else 3)
        elif kind < 0.98:
            text += self.value(-1, False)[1:]
        if self.chance(0.02):
            text = r.choice(["%YAML 1.1", "%YAML 1.2", "%TAG !e! tag:e,1:", "%X"]) + self.end + text
        if self.chance(0.03):
            text = "\ufeff" + text
        if self.chance(0.04):
            text += "..." + self.end + (self.map(0) if self.chance(0.5) else "")
        if self.chance(0.04):
            text += "---" + r.choice(["", " # x", "\t", " x", "x", " &a", "#x"]) + "\n" + self.map(0)
        return text


def bomb(random):
    """Aliases of aliases, near the ratio at which they are refused."""
    text, width = "a0: &a0 [%s]\n" % ", ".join("x" * random.randint(1, 40)), random.randint(2, 9)
    for level in range(1, random.randint(2, 5)):
        text += "a%d: &a%d [%s]\n" % (level, level, ", ".join(["*a%d" % (level - 1)] * width))
    return text


def yaml(random):
    kind = random.random()
    if kind < 0.0015:
        return bomb(random)
    text = Yaml(random).text()
    # libyaml takes 16 KiB at once
    return "#" + "x" * (16384 - random.randint(1, len(text) + 2)) + "\n" + text if kind < 0.003 else text


def mutate(random, text):
    """One to three edits of characters or lines."""
    for _ in range(random.choice([1, 1, 2, 3])):
        kind, lines = random.random(), text.split("\n")
        at, line = random.randint(0, len(text)), random.randrange(len(lines))
        if kind < 0.3:
            text = text[:at] + random.choice(EDITS) + text[at:]
        elif kind < 0.5:
            text = text[:at] + text[at + random.choice([1, 1, 2, 5]):]
        elif kind < 0.6:
            text = text[:at] + random.choice(EDITS) + text[at + 1:]
        elif kind < 0.7:
            lines[line] = random.choice([" ", "  ", "\t"]) + lines[line]
        elif kind < 0.8:
            lines[line] = lines[line][random.choice([1, 2]):]
        elif kind < 0.87:
            del lines[line]
        elif kind < 0.94:
            lines.insert(line, random.choice(lines))
        else:
            other = random.randrange(len(lines))
            lines[line], lines[other] = lines[other], lines[line]
        text = text if kind < 0.6 else "\n".join(lines)
    return text


def break_bytes(random, data):
    """Bytes that are no UTF-8."""
    at = random.randint(0, len(data))
    broken = [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xe4\xb8", b"\xc3"]
    return data[:at] + random.choice(broken) + data[at:]


# ---- JSON ----

class Json:
    def __init__(self, random):
        self.random = random
        self.budget = random.randint(1, 20)

    def gap(self):
        return self.random.choice(["", "", "", "", " ", "  ", "\t", "\n", "\r\n"])

    def string(self):
        r, text = self.random, ""
        for _ in range(r.choice([0, 1, 1, 2, 4])):
            text += r.choice([
                r.choice(WORDS).replace("\\", "\\\\").replace('"', '\\"'), r.choice(WIDE), "\\" + r.choice('"\\/bfnrt'),
                "\\u%04x" % r.choice([0, 9, 0x41, 0xe9, 0x2028, 0xd7ff, 0xe000, 0xfffd, 0xffff]),
                "\\ud83d\\uDE00", "\x7f",
                "".join(r.choice(["\\ud800", "\\udbff", "\\udc00", "\\uDFFF", "x"]) for _ in range(3))])
        return '"' + text + '"'

    def number(self):
        r = self.random
        whole = r.choice([0, 1, 7, 42, 8080, 2 ** 53 + 1, 2 ** 63 - 1, 2 ** 63, 2 ** 64 - 1, 2 ** 64, 10 ** 25])
        return r.choice(["", "-"]) + str(whole) + r.choice(["", "", ".0", ".5", ".10"]) + \
            r.choice(["", "", "e2", "E+10", "e-7"])

    def value(self):
        self.budget -= 1
        kind = self.random.random()
        if self.budget <= 0 or kind < 0.5:
            return self.random.choice([self.string, self.string, self.number, self.word])()
        return self.map() if kind < 0.8 else self.wrap("[]", self.value)

    def word(self):
        return self.random.choice(["true", "false", "null"])

    def pair(self):
        return self.string() + self.gap() + ":" + self.gap() + self.value()

    def wrap(self, brackets, part):
        parts = [self.gap() + part() + self.gap() for _ in range(self.random.choice([0, 1, 2, 3]))]
        return brackets[0] + (",".join(parts) or self.gap()) + brackets[1]

    def map(self):
        return self.wrap("{}", self.pair)


def json_value(random):
    if random.random() < 0.01:
        depth = random.randint(1, 900)
        return '{"a":' * depth + json.dumps(depth) + "}" * depth
    return Json(random).map()
