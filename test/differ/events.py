"""YAML text to a graph of nodes: PyYAML's own scanner and parser, which share no code with libyaml.

PyYAML follows YAML 1.1 by the letter where libyaml and go-yaml, which Kubernetes reads with, do not. The methods that
are replaced here are such differences; known.py has examples, and the test runs them.
"""
import re, urllib.parse

from yaml.error import MarkedYAMLError
from yaml.events import (AliasEvent, DocumentEndEvent, MappingEndEvent, MappingStartEvent, ScalarEvent,
                         SequenceEndEvent, SequenceStartEvent, StreamEndEvent)
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import ScalarToken, TagToken, ValueToken

BREAKS = "\r\n\x85\u2028\u2029"
BREAKS_Z = "\0" + BREAKS
BLANKS_Z = "\0 \t" + BREAKS
HANDLE = re.compile("![-0-9A-Za-z_]+!|!!|!")
DIRECTIVE = re.compile("%(YAML|TAG)[ \t]")
URI = re.compile("[-;/?:@&=+$_.!~*'()%0-9A-Za-z]*")


class Refused(Exception):
    """The document is not what Kubernetes could read."""


class Mark:
    """A place, without the piece of text that PyYAML keeps with each."""
    __slots__ = ("index", "line", "column")

    def __init__(self, index, line, column):
        self.index, self.line, self.column = index, line, column


class Node:
    """What an event says; START and END count characters. A value without even a colon has no place."""
    __slots__ = ("kind", "anchor", "tag", "implicit", "style", "text", "start", "end", "children", "target")

    def __init__(self, kind, event, start, end):
        self.kind, self.start, self.end = kind, start, end
        self.anchor, self.tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        self.children, self.target, self.text, self.style, self.implicit = [], None, None, None, False


class Events(Reader, Scanner, Parser):
    DEFAULT_TAGS = {"!": "!", "!!": "tag:yaml.org,2002:"}

    def __init__(self, text):
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        self.token = None

    def get_mark(self):
        return Mark(self.index, self.line, self.column)

    def get_token(self):
        """Remembers the token: events do not say where behind an anchor the scalar itself begins."""
        self.token = Scanner.get_token(self)
        return self.token

    def fail(self, problem):
        raise ScannerError(None, None, problem, self.get_mark())

    # ---- tabs: the letter of YAML 1.1 has no place for them between tokens ----

    def scan_to_next_token(self):
        while True:
            while self.peek() == " " or (self.peek() == "\t" and (self.flow_level or not self.allow_simple_key)):
                self.forward()
            if self.peek() == "#":
                self.skip_comment()
            if not self.scan_line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def skip_comment(self):
        while self.peek() not in BREAKS_Z:
            self.forward()

    def scan_block_scalar_ignored_line(self, start_mark):
        while self.peek() in " \t":
            self.forward()
        if self.peek() == "#":
            self.skip_comment()
        if self.peek() not in BREAKS_Z:
            self.fail("did not find expected comment or line break")
        self.scan_line_break()

    def scan_block_scalar_indicators(self, start_mark):
        """Whatever follows the indicators is left to who skips the rest of the line: a tab, or a comment at once."""
        signs = re.match("([-+]?)([0-9]?)([-+]?)", self.prefix(3))
        first, digit, last = signs.groups()
        chomp = first or (last if digit else "")
        if digit == "0":
            self.fail("found an indentation indicator equal to 0")
        self.forward(len(first + digit) + len("" if first else chomp))
        return {"": None, "+": True, "-": False}[chomp], int(digit) if digit else None

    def scan_block_scalar_indentation(self):
        found = Scanner.scan_block_scalar_indentation(self)
        if self.peek() == "\t":
            self.fail("found a tab character where an indentation space is expected")
        return found

    def scan_block_scalar_breaks(self, indent):
        found = Scanner.scan_block_scalar_breaks(self, indent)
        if self.peek() == "\t" and self.column < indent:
            self.fail("found a tab character where an indentation space is expected")
        return found

    def scan_plain_spaces(self, indent, start_mark):
        ahead = 0
        while self.peek(ahead) in " \t":
            ahead += 1
        blanks = self.prefix(ahead)
        self.forward(ahead)
        if self.peek() not in BREAKS:
            return [blanks] if blanks else []
        first, breaks = self.scan_line_break(), []
        self.allow_simple_key = True
        while not self.at_document_indicator():
            while self.peek() in " \t":
                if self.peek() == "\t" and self.column < indent:
                    self.fail("found a tab character that violates indentation")
                self.forward()
            if self.peek() not in BREAKS:
                return ([first] if first != "\n" else [] if breaks else [" "]) + breaks
            breaks.append(self.scan_line_break())
        return None

    def at_document_indicator(self):
        return self.column == 0 and self.prefix(3) in ("---", "...") and self.peek(3) in BLANKS_Z

    # ---- other characters ----

    def scan_flow_scalar_non_spaces(self, double, start_mark):
        try:
            chunks = Scanner.scan_flow_scalar_non_spaces(self, double, start_mark)
        except (ValueError, OverflowError):
            self.fail("found invalid Unicode character escape code")
        if any("\ud800" <= c <= "\udfff" for chunk in chunks for c in chunk):
            self.fail("found invalid Unicode character escape code")
        return chunks

    def scan_plain(self):
        """A colon ends a plain scalar where a blank follows it, and is wrong where an indicator of flow does."""
        start, chunks, spaces, indent = self.get_mark(), [], [], self.indent + 1
        while self.peek() != "#":
            ahead = 0
            while not self.ends_plain(ahead):
                ahead += 1
            if not ahead:
                break
            self.allow_simple_key = False
            chunks += spaces + [self.prefix(ahead)]
            self.forward(ahead)
            end = self.get_mark()
            spaces = self.scan_plain_spaces(indent, start)
            if not spaces or (not self.flow_level and self.column < indent):
                break
        return ScalarToken("".join(chunks), True, start, end)

    def ends_plain(self, ahead):
        c = self.peek(ahead)
        if c == ":":
            following = self.peek(ahead + 1)
            if self.flow_level and following in ",?[]{}":
                self.fail("found unexpected ':'")
            return following in BLANKS_Z
        return c in BLANKS_Z or (self.flow_level and c in ",[]{}")

    def scan_tag(self):
        start = self.get_mark()
        if self.peek(1) == "<":
            self.forward(2)
            value = None, self.scan_tag_uri("tag", start)
            if self.peek() != ">":
                self.fail("did not find the expected '>'")
            self.forward()
        else:
            handle = HANDLE.match(self.buffer, self.pointer).group()
            self.forward(len(handle))
            is_lone = handle == "!" and not URI.match(self.buffer, self.pointer).group()
            value = (None, "!") if is_lone else (handle, self.short_uri())
        if self.peek() not in BLANKS_Z and not (self.flow_level and self.peek() == ","):
            self.fail("did not find expected whitespace or line break")
        return TagToken(value, start, self.get_mark())

    def short_uri(self):
        """Without the indicators of flow, which libyaml leaves out."""
        uri = URI.match(self.buffer, self.pointer).group()
        if not uri or not re.fullmatch("([^%]|%[0-9A-Fa-f]{2})*", uri):
            self.fail("did not find expected tag URI")
        self.forward(len(uri))
        try:
            return urllib.parse.unquote(uri, errors="strict")
        except UnicodeDecodeError:
            self.fail("found an incorrect UTF-8 octet in a tag")

    def fetch_directive(self):
        if not DIRECTIVE.match(self.buffer, self.pointer):
            self.fail("found unknown directive name")
        Scanner.fetch_directive(self)

    # ---- what is asked of it ----

    def node_start(self, event):
        """Where the node itself begins, behind its anchor and tag."""
        if isinstance(event, ScalarEvent):
            has_text = event.value or event.style
            return self.token.start_mark.index if has_text else event.end_mark.index
        return self.peek_token().start_mark.index

    def compose(self):
        root, stack, anchors = None, [], {}
        while True:
            event = self.state()
            kind = type(event)
            if kind is MappingEndEvent or kind is SequenceEndEvent:
                self.close(stack.pop(), event)
                continue
            if kind is ScalarEvent:
                node = self.scalar(event, stack[-1] if stack else None)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                node = Node("map" if kind is MappingStartEvent else "list", event, self.node_start(event), None)
                node.style = "flow" if event.flow_style else "block"
            elif kind is AliasEvent:
                node = Node("alias", event, event.start_mark.index, event.end_mark.index)
                node.target = anchors.get(event.anchor)
                if node.target is None:
                    raise Refused("unknown anchor '%s' referenced" % event.anchor)
            elif kind is DocumentEndEvent or kind is StreamEndEvent:
                return root
            else:
                continue
            if stack:
                stack[-1].children.append(node)
            else:
                root = node
            if node.kind != "alias" and node.anchor is not None:
                anchors[node.anchor] = node
            if node.kind in ("map", "list"):
                stack.append(node)

    def scalar(self, event, parent):
        node = Node("scalar", event, self.node_start(event), event.end_mark.index)
        node.text, node.implicit = event.value, event.implicit[0]
        node.style = {None: "plain", "'": "single-quoted", '"': "double-quoted", "|": "literal", ">": "folded"}[event.style]
        self.check_scalar(node, parent is not None and parent.style == "flow")
        is_value = parent is not None and parent.kind == "map" and len(parent.children) % 2
        if is_value and node.start == node.end and event.tag is None and event.anchor is None \
                and not isinstance(self.token, ValueToken):
            node.start = node.end = None
        return node

    def check_scalar(self, node, in_flow):
        """What libyaml accepts and go-yaml does not."""
        if node.style == "double-quoted" and re.search(r"(?<!\\)(\\\\)*\\/", self.buffer[node.start:node.end]):
            raise Refused("found unknown escape character")
        if node.style != "plain" or not in_flow:
            return
        if "?" in node.text:
            raise Refused("found unexpected '?'")
        if node.start == node.end and isinstance(self.token, TagToken) and self.buffer[node.end] == ",":
            raise Refused("found unexpected ','")

    def close(self, node, event):
        bracket = "{" if node.kind == "map" else "["
        if node.style == "flow" and self.buffer[node.start] == bracket:
            node.end = event.end_mark.index


def compose(text):
    """The root of the first document's nodes, or None; what stands behind it is read by nobody."""
    if re.search("(^|[%s])\ufeff" % BREAKS, text):
        raise Refused("found a byte order mark within the document")
    try:
        return Events(text).compose()
    except (MarkedYAMLError, ReaderError) as error:
        raise Refused(str(getattr(error, "problem", None) or error)) from None
