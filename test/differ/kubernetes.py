"""What Kubernetes makes of a file: sigs.k8s.io/yaml over go-yaml v2, written anew from the description of its rules.

A file becomes a list of documents; each is a Tree, the values with their places in the order of the text, or Refused.
"""
import base64, binascii, codecs, decimal, json, math, re, struct

from events import BREAKS, Refused, compose

LONG = "tag:yaml.org,2002:"


def shown(value):
    """A whole float as the integer that encoding/json writes, which has the shortest digits."""
    is_whole = isinstance(value, float) and value.is_integer()
    return int(decimal.Decimal(repr(value))) if is_whole else value


class Tree:
    """A value: KEY and PLACE are (start, end) in the text, ALIAS is where an alias stands that brought it, TEXT is a
    scalar before it is resolved, NAME its key."""
    __slots__ = ("type", "value", "style", "text", "name", "key", "place", "alias", "children")

    def __init__(self, kind, value, style, place):
        self.type, self.value, self.style, self.place = kind, value, style, place
        self.text = self.name = self.key = self.alias = None
        self.children = []

    def copy(self, alias):
        new = Tree(self.type, self.value, self.style, self.place)
        new.text, new.name, new.key, new.alias = self.text, self.name, self.key, alias or self.alias
        new.children = [child.copy(alias) for child in self.children]
        return new

    def plain(self):
        """As Python's json would read it."""
        if self.type == "map":
            return {child.name: child.plain() for child in self.children}
        if self.type == "list":
            return [child.plain() for child in self.children]
        return shown(self.value)

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()


# ---- scalars: resolve.go ----

WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
WORDS.update({word: True for word in "y Y yes Yes YES true True TRUE on On ON".split()})
WORDS.update({word: False for word in "n N no No NO false False FALSE off Off OFF".split()})
WORDS.update({word: math.nan for word in ".nan .NaN .NAN".split()})
WORDS.update({sign + word: math.inf if sign != "-" else -math.inf
              for word in ".inf .Inf .INF".split() for sign in ("", "+", "-")})
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
UNDERSCORES = re.compile(r"(?<![0-9])_|_(?![0-9])")
INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]+)|(0|[1-9][0-9]*))\Z")
BINARY = re.compile(r"0b([-+][01]+)\Z")
TIME = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:([Tt ])(\d\d?):(\d\d?):(\d\d?)([.,]\d+)?(Z|[-+]\d\d:\d\d)?)?\Z", re.A)


class Unsigned(int):
    """Above the largest 64-bit integer; not allowed as a key."""


def ranged(number, signed_only=False):
    if -2 ** 63 <= number < 2 ** 63:
        return number
    return Unsigned(number) if 0 <= number < 2 ** 64 and not signed_only else None


def whole(text):
    match = INTEGER.match(text)
    if not match:
        return None
    digits = next((base, group) for base, group in zip((16, 2, 8, 8, 10), match.groups()[1:]) if group is not None)
    number = int(digits[1], digits[0])
    return ranged(-number if match.group(1) == "-" else number, bool(match.group(1)))


def floating(text):
    if not FLOAT.match(text):
        return None
    number = float(text)
    return None if math.isinf(number) else number


def binary(text):
    match = BINARY.match(text)
    return ranged(int(match.group(1), 2), True) if match else None


def resolve(text):
    """The value of a plain scalar without a tag."""
    if text in WORDS:
        return WORDS[text]
    if text[0] == ".":
        number = None if UNDERSCORES.search(text) else floating(text.replace("_", ""))
    elif text[0] in "+-0123456789":
        plain = text.replace("_", "")
        number = next((n for n in (whole(plain), floating(plain), binary(plain)) if n is not None), None)
    else:
        number = None
    return text if number is None else number


def is_timestamp(text):
    match = TIME.match(text)
    if not match:
        return False
    year, month, day = (int(match.group(i)) for i in (1, 2, 3))
    leap = year % 4 == 0 and (year % 100 or year % 400 == 0)
    if not 1 <= month <= 12 or not 1 <= day <= (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]:
        return False
    if not match.group(4):
        return True
    zone = match.group(9)
    if any(int(match.group(i)) > most for i, most in ((5, 23), (6, 59), (7, 59))) or bool(zone) != (match.group(4) != " "):
        return False
    return not zone or zone == "Z" or (int(zone[1:3]) <= 24 and int(zone[4:]) <= 60)


def unbase64(text):
    try:
        data = base64.b64decode(text.replace("\r", "").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("!!binary value contains invalid base64 data") from None
    return data.decode("utf-8", "one")


codecs.register_error("one", lambda error: ("\ufffd", error.start + 1))


def type_of(value):
    if value is None or isinstance(value, bool):
        return "null" if value is None else "bool"
    return "int" if isinstance(value, int) else "float" if isinstance(value, float) else "str"


def scalar_value(node):
    """The scalar's value by its tag."""
    tag, text = node.tag, node.text
    if tag is None:
        return resolve(text) if node.implicit else text
    short = tag[len(LONG):] if tag.startswith(LONG) else ""
    if short == "binary":
        return unbase64(text)
    if short not in ("bool", "int", "float", "null", "timestamp"):
        return text
    if short == "timestamp" and is_timestamp(text):
        return text
    value = resolve(text)
    if short == "float" and type_of(value) == "int" and not isinstance(value, Unsigned):
        return float(value)
    if type_of(value) != short:
        raise Refused("cannot decode !!%s `%s` as a !!%s" % (type_of(value), text, short))
    return value


def short_float(value):
    """FormatFloat(value, 'g', -1, 32): how a float becomes a key."""
    try:
        packed = struct.pack("f", value)
    except OverflowError:
        packed = struct.pack("f", math.copysign(math.inf, value))
    value = struct.unpack("f", packed)[0]
    if math.isnan(value) or math.isinf(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    digits = next(p for p in range(9) if struct.pack("f", float("%.*e" % (p, value))) == packed)
    exponent = int(("%.*e" % (digits, value)).split("e")[1])
    return "%.*e" % (digits, value) if exponent < -4 or exponent >= 6 else "%.*f" % (max(digits - exponent, 0), value)


def key_name(value):
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return short_float(value)
    if value is None or isinstance(value, Unsigned):
        raise Refused("unsupported map key")
    return "%d" % value


# ---- documents: decode.go ----

def allowed_ratio(decodes):
    if decodes <= 400000:
        return 0.99
    return 0.10 if decodes >= 4000000 else 0.99 - 0.89 * ((decodes - 400000) / 3600000)


class Decoder:
    def __init__(self, text):
        self.text = text
        self.decodes = self.alias_decodes = self.depth = 0
        self.aliases = set()

    def count(self):
        self.decodes += 1
        self.alias_decodes += self.depth > 0
        if self.alias_decodes > 100 and self.decodes > 1000 \
                and self.alias_decodes / self.decodes > allowed_ratio(self.decodes):
            raise Refused("document contains excessive aliasing")

    def decode(self, node):
        self.count()
        if node.kind == "alias":
            return self.alias(node)
        if node.kind == "map":
            return self.map(node)
        if node.kind == "list":
            tree = Tree("list", None, node.style, None)
            tree.children = [self.value(child) for child in node.children]
            tree.place = (node.start, self.end(node))
            return tree
        value = scalar_value(node)
        kind = {"null": "null", "bool": "boolean", "str": "string"}.get(type_of(value), "number")
        tree = Tree(kind, value, node.style, (node.start, self.end(node)))
        tree.text = node.text
        return tree

    def value(self, node):
        """What is no key must be something in JSON."""
        tree = self.decode(node)
        if isinstance(tree.value, float) and not math.isfinite(tree.value):
            raise Refused("json: unsupported value")
        return tree

    def alias(self, node):
        if node in self.aliases:
            raise Refused("anchor '%s' value contains itself" % node.anchor)
        self.aliases.add(node)
        self.depth += 1
        tree = self.decode(node.target)
        self.depth -= 1
        self.aliases.remove(node)
        return tree.copy((node.start, node.end))

    def map(self, node):
        entries, children = [], node.children
        for key, value in zip(children[::2], children[1::2]):
            if key.kind == "scalar" and key.text == "<<" and (key.implicit or key.tag == LONG + "merge"):
                entries += self.merge(value)
                continue
            name = self.decode(key)
            if name.type in ("map", "list"):
                raise Refused("invalid map key")
            if value.start is None:
                value.start = value.end = self.end(key)
            entry = self.value(value)
            entry.name, entry.key = key_name(name.value), (key.start, self.end(key))
            entries.append(entry)
        last = {entry.name: entry for entry in entries}
        tree = Tree("map", None, node.style, (node.start, self.end(node)))
        tree.children = [entry for entry in entries if last[entry.name] is entry]
        return tree

    def merge(self, node):
        nodes = node.children[::-1] if node.kind == "list" else [node]
        for each in nodes:
            if (each.target if each.kind == "alias" else each).kind != "map":
                raise Refused("map merge requires map or sequence of maps as the value")
        return [entry for each in nodes for entry in self.decode(each).children]

    def end(self, node):
        """Where a person would say that it ends: what follows the last line of a block scalar is not part of it."""
        if node.end is None:  # a collection without brackets
            node.end = max(self.end(child) for child in node.children)
        elif node.style in ("literal", "folded") and node.kind == "scalar":
            text = self.text[node.start:node.end]
            lines = text.rstrip(" \t\r\n")
            if not re.search("[%s]" % BREAKS, lines):
                return node.start + re.match("[|>][-+0-9]*", lines).end()
            return node.start + len(lines) + len(re.match("[ \t]*", text[len(lines):]).group())
        return node.end


def read_document(text):
    """The Tree of the first document in TEXT; where it holds nothing, a null without a place."""
    root = compose(text)
    if root is None:
        return Tree("null", None, "plain", None)
    decoder = Decoder(text)
    decoder.count()
    tree = decoder.value(root)
    if root.start == root.end:
        tree.place = None
    return tree


# ---- files: apimachinery's YAMLReader and YAMLOrJSONDecoder ----

def chunks(data):
    """The parts of DATA, bytes, that are read one by one: (offset, bytes); a --- line that is none stands alone."""
    start = at = 0
    for line in data.split(b"\n"):
        end = min(at + len(line) + 1, len(data))
        if line.startswith(b"---"):
            rest = line[3:].decode("utf-8", "replace").strip(SPACES)
            wrong = rest and not rest.startswith("#")
            if at > start:
                yield start, data[start:at]
                start = at if wrong else end
            if wrong:
                yield at, data[at:end]
                start = end
        at = end
    if start < len(data):
        yield start, data[start:]


MARK = codecs.BOM_UTF8
SPACES = " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f" \
    "\u205f\u3000"


def read_chunk(chunk):
    """A Tree, or Refused, with places that count characters behind a byte order mark at the start."""
    if chunk.startswith(b"---"):
        rest = chunk.split(b"\n")[0][3:].decode("utf-8", "replace").strip(SPACES)
        if rest and not rest.startswith("#"):
            return Refused("invalid Yaml document separator")
    try:
        text = chunk.decode("utf-8").removeprefix("\ufeff")
        return read_document(text if text.endswith("\n") else text + "\n")
    except UnicodeDecodeError:
        return Refused("not UTF-8")
    except Refused as error:
        return error


def read_yaml(data):
    """A list of (offset, chunk, Tree or Refused), the byte order mark of each chunk left out."""
    read = []
    for offset, chunk in chunks(data):
        mark = len(MARK) if chunk.startswith(MARK) else 0
        read.append((offset + mark, chunk[mark:], read_chunk(chunk)))
    return read


# ---- JSON: Python's own reader, held to what Go's takes ----

def refuse_constant(name):
    raise ValueError(name + " is no JSON")


class Pairs(tuple):
    """An object with its keys as they stand there."""


JSON = json.JSONDecoder(parse_constant=refuse_constant)
JSON_PAIRS = json.JSONDecoder(object_pairs_hook=Pairs)
JSON_SPACE = re.compile("[ \t\r\n]*")
JSON_START = re.compile(rb"[ \t\n\v\f\r]*\{")


def clean(value):
    """Half a pair of surrogates is U+FFFD, an integer above 64 bits is a float."""
    if isinstance(value, dict):
        return {clean(key): clean(each) for key, each in value.items()}
    if isinstance(value, list):
        return [clean(each) for each in value]
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", "\ufffd", value)
    if isinstance(value, int) and not isinstance(value, bool) and not -2 ** 63 <= value < 2 ** 64:
        value = float(value)
    return shown(value)


def read_json(data):
    """The values of a stream of JSON, and where what is none begins: None at the end."""
    text, at, values = data.decode("utf-8", "one"), 0, []
    while True:
        start = JSON_SPACE.match(text, at).end()
        if start == len(text):
            return values, None
        try:
            value, at = JSON.raw_decode(text, start)
        except (ValueError, RecursionError):
            return values, at
        values.append(clean(value))


def read_file(data):
    """A list of a value or Refused for each document."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            data = data.decode("utf-16").encode("utf-8")
        except UnicodeDecodeError as error:
            return [Refused(str(error))]
    elif data.startswith(MARK):
        data = data[len(MARK):]
    if not JSON_START.match(data[:4096]):
        return yaml_values(data)
    values, at = read_json(data)
    if at is None:
        return values
    at = yaml_start(data, len(data.decode("utf-8", "one")[:at].encode("utf-8"))) if len(values) < 2 else None
    return values + ([Refused("broken JSON")] if at is None else yaml_values(data[at:]))


def yaml_start(data, at):
    """Behind blanks up to one line end, as YAMLOrJSONDecoder; None within the last three bytes."""
    while at + 4 <= len(data):
        if data[at:at + 1] == b"\n":
            return at + 1
        if data[at:at + 1] not in b" \t\v\f\r":
            return at
        at += 1
    return None


def yaml_values(data):
    return [tree if isinstance(tree, Refused) else tree.plain() for _, _, tree in read_yaml(data)]
