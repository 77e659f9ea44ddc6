"""Where each value of a well-formed message stands in its text: found by one scan, made only when somebody asks."""

from __future__ import annotations

import re
from itertools import islice

from crossdock.kernel.errors import Bug

_TOKEN = re.compile(
    r"<!--.*?-->|<\?.*?\?>|(?P<cdata><!\[CDATA\[.*?\]\]>)|(?P<end></[^>]*>)"
    r"|(?P<start><[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>)|(?P<text>[^<]+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"\s([^\s=/>\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE = re.compile(r"&(#x[0-9A-Fa-f]+|#[0-9]+|\w+);")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_CDATA = len("<![CDATA["), len("]]>")

Span = tuple[int, int]


class Element:
    """The places of one element: its start tag, its attributes in their order, the pieces of its own text.

    A CDATA section is a piece of its own, marked by `True`; `end` is where its end tag ends.
    """

    __slots__ = ("attributes", "end", "pieces", "start", "tag_end")

    def __init__(self, start: int, tag_end: int, attributes: list[Span]) -> None:
        self.start = start
        self.tag_end = tag_end
        self.end = tag_end
        self.attributes = attributes
        self.pieces: list[tuple[int, int, bool]] = []

    def text(self) -> Span:
        """Where its own text stands, from the first piece to the last; brackets of CDATA count between pieces only."""
        (begin, _, opens), (_, end, closes) = self.pieces[0], self.pieces[-1]
        if len(self.pieces) == 1:
            return begin, end
        return begin - _CDATA[0] * opens, end + _CDATA[1] * closes


def scan(text: str) -> list[Element]:
    """All elements of a text that a parser has accepted, in document order."""
    elements: list[Element] = []
    opened: list[Element] = []
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        begin, end = token.span()
        if kind == "start":
            element = Element(begin, end, _attributes(text, begin, end))
            elements.append(element)
            if text[end - 2] != "/":
                opened.append(element)
        elif kind == "end":
            opened.pop().end = end
        elif kind == "text" and opened:
            opened[-1].pieces.append((begin, end, False))
        elif kind == "cdata":
            opened[-1].pieces.append((begin + _CDATA[0], end - _CDATA[1], True))
    if opened:
        raise Bug("the scan of an accepted XML text did not end outside of all elements")
    return elements


def nth_start(text: str, number: int) -> int:
    """Where the start tag `number` (from 0) stands in a text that a parser has accepted up to there."""
    starts = (token.start() for token in _TOKEN.finditer(text) if token.lastgroup == "start")
    return next(islice(starts, number, None), 0)


def _attributes(text: str, begin: int, end: int) -> list[Span]:
    if text.find("=", begin, end) < 0:
        return []
    return [
        found.span(2 if found[2] is not None else 3)
        for found in _ATTRIBUTE.finditer(text, begin, end)
        if found[1] != "xmlns" and not found[1].startswith("xmlns:")
    ]


def unescaped(raw: str, *, attribute: bool = False, cdata: bool = False) -> str:
    """What a parser makes of raw text: XML 1.0 §2.11 line ends, §3.3.3 attribute values, §4.1 references."""
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    if cdata:
        return raw
    if attribute:
        raw = raw.replace("\n", " ").replace("\t", " ")
    return _REFERENCE.sub(_referred, raw) if "&" in raw else raw


def _referred(found: re.Match[str]) -> str:
    name = found[1]
    if not name.startswith("#"):
        return _ENTITIES[name]
    return chr(int("0" + name[1:], 16) if name.startswith("#x") else int(name[1:]))
