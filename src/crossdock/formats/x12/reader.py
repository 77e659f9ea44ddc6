"""Bytes to a `Reading`. Never raises on content: what is wrong becomes a fault at its place.

Speed comes from doing per segment only what `str.split` does; positions are worked out when a fault or a fact asks.
"""

from __future__ import annotations

import re

from crossdock.formats.reading import BYTES_MAX
from crossdock.formats.x12.envelope import structure
from crossdock.formats.x12.header import ISA, find_header, is_header, read_header
from crossdock.formats.x12.tree import BINARY, ERROR, Delimiters, Fault, Interchange, Reading, Row

BOM = "\xef\xbb\xbf"
_BLANKS = " \r\n\t\x00\x1a"
INTERCHANGES_MAX = 10_000


def read_x12(body: bytes) -> Reading:
    """Read a whole file: any number of interchanges, each with its own delimiters, with blanks or a BOM around them."""
    if len(body) > BYTES_MAX:
        detail = f"the message has {len(body)} bytes, at most {BYTES_MAX} are read: split it"
        return Reading([], [Fault("X12-SIZE", detail, f"byte {BYTES_MAX}", offset=BYTES_MAX)])
    text = body.decode("latin-1")
    interchanges: list[Interchange] = []
    faults: list[Fault] = []
    position = 0
    start = find_header(text, 0)
    while start >= 0 and len(interchanges) < INTERCHANGES_MAX:
        before = text[position:start]
        _remark_stray(before, position, faults)
        interchange, position = _read_interchange(text, start, before)
        interchanges.append(interchange)
        start = find_header(text, position)
    if start >= 0:
        faults.append(Fault("X12-BOUND", f"more than {INTERCHANGES_MAX} interchanges: split the file", f"byte {start}"))
    _number(interchanges)
    rest = text[position:]
    if interchanges:
        _remark_stray(rest, position, faults)
    else:
        faults.append(_no_header(rest))
    return Reading(interchanges, faults, rest)


def _number(interchanges: list[Interchange]) -> None:
    """ISA13 is unique between two parties: in one file it cannot stand for two interchanges (I18 025).

    One that was cut off or broken used up no number: what follows is it, sent again.
    """
    if len(interchanges) < 2:
        return
    seen: set[tuple[tuple[str, str], tuple[str, str], str]] = set()
    for one in interchanges:
        identity = (one.sender, one.receiver, one.control)
        if one.control and identity in seen:
            detail = f"ISA13 {one.control} stands for another interchange of this file already: number each on its own"
            one.faults.append(one.fault("I18-025", detail, 0, 13))
        if not any(fault.severity == ERROR for fault in one.faults):
            seen.add(identity)


def _no_header(text: str) -> Fault:
    content = text.removeprefix(BOM).lstrip(_BLANKS)
    offset = len(text) - len(content)
    if not content:
        return Fault("X12-ISA", "the file is empty: send an interchange from ISA to IEA", "byte 0")
    shown = content[:2].rstrip()
    kind = f"a bare {shown} segment" if shown in ("ST", "GS") else f"{content[:12]!r}"
    detail = f"no ISA: the file starts with {kind}, so delimiters and sender are unknown; send all from ISA to IEA"
    return Fault("X12-ISA", detail, f"byte {offset}", offset=offset)


def _remark_stray(text: str, position: int, faults: list[Fault]) -> None:
    content = text.removeprefix(BOM).lstrip(_BLANKS)
    if content:
        offset = position + len(text) - len(content)
        detail = f"{len(content)} bytes that belong to no interchange were not read: {content[:20]!r}"
        faults.append(Fault("X12-STRAY", detail, f"byte {offset}", ERROR, offset=offset))


def _read_interchange(text: str, start: int, before: str) -> tuple[Interchange, int]:
    header = read_header(text, start)
    if header.delimiters is None:
        end = _end_of_unreadable(text, start + max(header.length, 3))
        delimiters = Delimiters(text[start + 3], "", "")
        shown = delimiters.element.join(header.row)
        unread = text[start + len(shown) : end]
        interchange = Interchange(delimiters, start, before, [shown], [shown], header.row, closed=False, unread=unread)
    else:
        begin = start + header.length
        end, closed = _extent(text, start, begin, header.delimiters)
        if end > begin:
            interchange = _split(text[begin + 1 : end], header.row, header.delimiters, closed)
        else:
            head = text[start:begin]
            interchange = Interchange(header.delimiters, 0, "", [head], [head], header.row)
        interchange.start, interchange.before = start, before
        end += closed
    interchange.faults = [
        interchange.fault(code, sentence, 0, number, severity=severity)
        for code, number, severity, sentence in header.problems
    ]
    if header.delimiters is not None:
        structure(interchange)
    return interchange, end


def _end_of_unreadable(text: str, position: int) -> int:
    following = find_header(text, position)
    return following if following >= 0 else len(text)


def _extent(text: str, start: int, position: int, delimiters: Delimiters) -> tuple[int, bool]:
    """Where the terminator of the IEA stands (or where the interchange breaks off), and whether it is there.

    Nothing behind that place is looked at: a file of many interchanges costs as much as one of its size.
    """
    separator, terminator = delimiters.element, delimiters.segment
    blobs = _Blobs(text, position, separator, terminator)
    for found in re.compile(f"IEA{re.escape(separator)}|{ISA.pattern}").finditer(text, position):
        at = found.start()
        if blobs.hold(at):
            continue
        if found[0] != "ISA":
            if _starts_tag(text, at, position, terminator):
                return _end_of_trailer(text, at, terminator)
        elif is_header(text, at, position) and _starts_segment(text, at, terminator):
            return _end_of_cut(text, start, at, terminator)
    return _end_of_cut(text, start, len(text), terminator)


def _end_of_trailer(text: str, trailer: int, terminator: str) -> tuple[int, bool]:
    end = text.find(terminator, trailer)
    if end >= 0:
        return end, True
    line = text.find("\n", trailer)
    return (line if line >= 0 else len(text)), False


def _end_of_cut(text: str, start: int, cut: int, terminator: str) -> tuple[int, bool]:
    kept = text[start:cut].rstrip("\x00\x1a")
    if kept.rstrip(_BLANKS).endswith(terminator) and terminator not in _BLANKS:
        return start + kept.rindex(terminator), True
    return (cut - 1, True) if text[cut - 1] == terminator else (cut, False)


class _Blobs:
    """Where binary segments stand: nothing in there is syntax, whatever it looks like. Asked from front to back."""

    def __init__(self, text: str, position: int, separator: str, terminator: str) -> None:
        self._text = text
        self._floor = position
        self._separator = separator
        self._terminator = terminator
        self._looked = position
        self._tags = re.compile(f"(?:{'|'.join(BINARY)}){re.escape(separator)}")

    def hold(self, at: int) -> bool:
        """Whether this place is inside of a binary segment that begins before it."""
        while self._looked < at and (found := self._tags.search(self._text, self._looked, at)) is not None:
            begin = found.start()
            self._looked = found.end()
            if _starts_tag(self._text, begin, self._floor, self._terminator):
                end = self._text.find(self._terminator, begin)
                if end < 0:
                    break
                counter = BINARY[found[0][:-1]]
                self._looked = self._floor = _counted_end(
                    self._text, begin, self._separator, counter, end, self._terminator
                )
        if self._looked > at:
            return True
        self._looked = at
        return False


def _starts_segment(text: str, at: int, terminator: str) -> bool:
    """An ISA only counts as the next header where a segment can start: not inside data."""
    if text[at - 1] in (terminator, "\n"):
        return True
    before = at - 1
    while before >= 0 and text[before] in " \t\r\n":
        before -= 1
    return before >= 0 and text[before] == terminator


def _starts_tag(text: str, at: int, floor: int, terminator: str) -> bool:
    """Whether what stands here follows a terminator, with nothing but blanks between."""
    before = at - 1
    while before >= floor and text[before] in " \t\r\n" and text[before] != terminator:
        before -= 1
    return text[before] == terminator


def _split(text: str, header: Row, delimiters: Delimiters, closed: bool) -> Interchange:
    separator, terminator = delimiters.element, delimiters.segment
    if "BIN" + separator in text or "BDS" + separator in text:
        pieces = _split_counted(text, separator, terminator)
    else:
        pieces = text.split(terminator)
    texts = list(map(str.lstrip, pieces))
    tail = ""
    if "" in texts:
        pieces, texts, tail = _without_empty(pieces, terminator)
        tail = tail if closed or not tail else terminator + tail[:-1]
    head = separator.join(header)
    return Interchange(delimiters, 0, "", [head, *pieces], [head, *texts], header, closed, unread=tail)


def _without_empty(pieces: list[str], terminator: str) -> tuple[list[str], list[str], str]:
    """A doubled terminator is decoration of the segment behind it; what no segment follows is returned apart."""
    kept: list[str] = []
    contents: list[str] = []
    lead = ""
    for piece in pieces:
        content = piece.lstrip()
        if content:
            kept.append(lead + piece)
            contents.append(content)
            lead = ""
        else:
            lead += piece + terminator
    return kept, contents, lead


def _split_counted(text: str, separator: str, terminator: str) -> list[str]:
    """The slow way, for interchanges with binary segments: their data is taken by its length, not by terminators."""
    pieces: list[str] = []
    position = 0
    while True:
        end = text.find(terminator, position)
        if end < 0:
            pieces.append(text[position:])
            return pieces
        content = text[position:end].lstrip()
        if content[:4] in ("BIN" + separator, "BDS" + separator):
            begin = end - len(content)
            end = _counted_end(text, begin, separator, BINARY[content[:3]], end, terminator)
        pieces.append(text[position:end])
        position = end + 1


def _counted_end(text: str, begin: int, separator: str, counter: int, end: int, terminator: str) -> int:
    cells = text[begin : begin + 64].split(separator, counter + 1)
    if len(cells) < counter + 2 or not cells[counter].isdecimal():
        return end
    length = int(cells[counter])
    data = begin + sum(map(len, cells[: counter + 1])) + counter + 1
    stop = data + length
    return stop if text[stop : stop + 1] == terminator else end
