"""The one door to lxml for messages: bounded, without DOCTYPE, entities, network or files, and never an exception.

What is refused before the parser sees it: size, character set, a DOCTYPE (with it every entity attack: XXE, billion
laughs, quadratic blow-up), NUL, too many namespace declarations. Depth, elements and attributes are counted while
parsing; libxml2 itself refuses text nodes beyond 10 MB and nesting beyond 256.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import cast

import msgspec
from lxml import etree

from crossdock.formats.charset import Text, charset_named, decoded, marked
from crossdock.formats.reading import BYTES_MAX, Fault, refused, too_large
from crossdock.formats.xml.namespaces import Names
from crossdock.formats.xml.tokens import nth_start
from crossdock.kernel.tree import Node

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_BLANKS = re.compile(r"[ \t\r\n]*+")
_NAMESPACE_DECLARATIONS_MAX = 20_000
_CHECKED_EVERY = 1024


class XmlLimits(msgspec.Struct, frozen=True):
    """What one XML message may hold at most."""

    bytes_max: int = BYTES_MAX // 2
    elements_max: int = 1_000_000
    attributes_max: int = 256
    depth_max: int = 128


LIMITS = XmlLimits()


class Parsed(msgspec.Struct):
    """A well-formed message. `tag` is the root's name with its namespace, `{urn:…}Order`."""

    text: Text
    root: Node
    tag: str


class _Beyond(Exception):
    """A bound was passed; the text says which. With `XML-SYNTAX` the parser's own remark says where."""

    def __init__(self, detail: str, code: str = "XML-BOUND") -> None:
        super().__init__(detail)
        self.code = code


class _Builder:
    """What libxml2 tells while it parses, made into nodes; `at` counts elements in document order."""

    def __init__(self, prefixes: Mapping[str, str], limits: XmlLimits, remarks: Callable[[], bool]) -> None:
        self._names = Names(prefixes)
        self._limits = limits
        self._open: list[tuple[Node, list[str]]] = []
        self.count = 0
        self._remarks = remarks
        self.root: Node | None = None
        self.tag = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        limits, opened = self._limits, self._open
        if not opened:
            self._names.start(tag)
            self.tag = tag
        if len(opened) >= limits.depth_max:
            raise _Beyond(f"elements are nested deeper than {limits.depth_max}: flatten the message")
        if self.count % _CHECKED_EVERY == 0 and self._remarks():
            raise _Beyond("prefixes are used that no namespace is declared for: declare them", "XML-SYNTAX")
        if self.count >= limits.elements_max:
            raise _Beyond(f"there are more than {limits.elements_max} elements: split the message")
        fields: dict[str, str] = {}
        if attributes:
            if len(attributes) > limits.attributes_max:
                raise _Beyond(f"an element has more than {limits.attributes_max} attributes: remove some")
            fields = {self._names.attribute(name): value for name, value in attributes.items()}
        node = Node(self._names.element(tag), fields, self.count)
        self.count += 1
        if opened:
            opened[-1][0].children.append(node)
        else:
            self.root = node
        opened.append((node, []))

    def data(self, text: str) -> None:
        self._open[-1][1].append(text)

    def end(self, _tag: str) -> None:
        node, pieces = self._open.pop()
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        if text and not (node.children and text.isspace()) and isinstance(node.fields, dict):
            node.fields[""] = text

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise _Beyond("a DOCTYPE is never read: send the message without it")

    def close(self) -> Node | None:
        return self.root


def parse_xml(body: bytes, prefixes: Mapping[str, str], limits: XmlLimits = LIMITS) -> Parsed | Fault:
    """Parse one message; whatever is wrong with it is the fault, at its byte."""
    large = too_large(body, "XML-SIZE", limits.bytes_max)
    if large is not None:
        return large
    text = _text(body)
    if isinstance(text, Fault):
        return text
    banned = _banned(text)
    if banned is not None:
        return banned
    encoded = text.text.encode()
    builder = _Builder(prefixes, limits, lambda: bool(parser.error_log))
    # Without a DOCTYPE there is nothing to resolve but the five names of XML itself, which libxml2 leaves alone in
    # attributes otherwise. A parser is made anew each time: it is not safe to share, and costs a few microseconds.
    parser = etree.XMLParser(
        target=cast("etree.ParserTarget", builder),
        encoding="utf-8",
        resolve_entities=True,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        collect_ids=False,
    )
    try:
        etree.fromstring(encoded, parser)
    except etree.XMLSyntaxError as error:
        return _ill_formed(error.position, error.msg, encoded, text)
    except _Beyond as error:
        if error.code == "XML-BOUND":
            return refused("XML-BOUND", str(error), text.byte(nth_start(text.text, builder.count)))
    for remark in parser.error_log:
        return _ill_formed((int(remark.line), int(remark.column)), str(remark.message), encoded, text)
    assert builder.root is not None
    return Parsed(text, builder.root, builder.tag)


def _text(body: bytes) -> Text | Fault:
    mark, announced = marked(body)
    if not announced and body[:4] in (b"<\0?\0", b"\0<\0?"):
        announced = "utf-16-le" if body.startswith(b"<") else "utf-16-be"
    head = body[len(mark) : len(mark) + 600]
    if announced.startswith("utf-16"):
        head = head.replace(b"\0", b"")
    found = _DECLARED.match(head.lstrip())
    declared = found[1].decode() if found else ""
    known = charset_named(declared) if declared else ""
    if declared and not known:
        return refused("XML-CHARSET", f"the declared character set {declared!r} is not read here: send UTF-8")
    wide = known.startswith("utf-16")
    if (announced and known and announced != known and not (wide and announced.startswith("utf-16"))) or (
        wide and not announced
    ):
        detail = f"the declaration says {declared}, the bytes are {announced or 'not'}: correct one of the two"
        return refused("XML-CHARSET", detail, 0, len(mark))
    return decoded(body, announced or known or "utf-8", "XML-CHARSET")


def _banned(text: Text) -> Fault | None:
    characters = text.text
    nul = characters.find("\0")
    if nul >= 0:
        return refused("XML-NUL", "the message holds the NUL character: remove it and send again", text.byte(nul), 1)
    at = _behind_prolog(characters)
    if characters.startswith("<!", at) and not characters.startswith("<!--", at):
        return refused("XML-DOCTYPE", "a DOCTYPE is never read: send the message without it", text.byte(at), 2)
    if at == len(characters):
        return refused("XML-EMPTY", "there is no element: send one document", text.byte(at))
    if characters.count("xmlns") > _NAMESPACE_DECLARATIONS_MAX:
        return refused(
            "XML-BOUND", f"more than {_NAMESPACE_DECLARATIONS_MAX} namespace declarations: split the message"
        )
    return None


def _behind_prolog(characters: str) -> int:
    """Where the first thing stands that is no blank, comment or processing instruction, or one that never ends."""
    at = 0
    while True:
        found = _BLANKS.match(characters, at)
        at = found.end() if found else at
        close = "-->" if characters.startswith("<!--", at) else "?>" if characters.startswith("<?", at) else ""
        end = characters.find(close, at + 4 if close == "-->" else at + 2) if close else -1
        if end < 0:
            return at
        at = end + len(close)


def _ill_formed(position: tuple[int, int], message: str, encoded: bytes, text: Text) -> Fault:
    line, column = position
    begin = 0
    for _ in range(line - 1):
        begin = encoded.find(b"\n", begin) + 1
    at = text.byte(len(encoded[: begin + max(column - 1, 0)].decode("utf-8", "ignore")))
    said = re.sub(r", line \d+, column \d+.*", "", message or "cannot be read")
    return refused("XML-SYNTAX", f"not well-formed at line {line}, column {column}: {said}; correct it and resend", at)
