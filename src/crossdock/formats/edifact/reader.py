"""Bytes to a `Reading`. Never raises on content: what is wrong becomes a fault at its place.

Speed comes from doing per segment only what `str.split` does; elements, characters and positions are worked out when a
fault, a tree or a fact asks.
"""

from __future__ import annotations

import re

from crossdock.formats.edifact.charset import choose
from crossdock.formats.edifact.envelope import structure
from crossdock.formats.edifact.header import BLANKS, ENVELOPE, UNA_LENGTH, Header, find_start, read_header
from crossdock.formats.edifact.marks import SEGMENT_MAX, STANDARD, Delimiters, divide, is_free
from crossdock.formats.edifact.tree import ERROR, WARNING, Fault, Interchange, Reading
from crossdock.formats.reading import BYTES_MAX

_BLANK = re.compile(f"(?:\xef\xbb\xbf|[{BLANKS}]+)*")
INTERCHANGES_MAX = 10_000


def read_edifact(body: bytes) -> Reading:
    """Read a whole file: any number of interchanges, each with its own service characters, with blanks or a BOM around.

    Messages without an envelope are read as an interchange that is `bare`, which is a fault.
    """
    if len(body) > BYTES_MAX:
        detail = f"the message has {len(body)} bytes, at most {BYTES_MAX} are read: split it"
        return Reading([], [Fault("EDI-SIZE", detail, f"byte {BYTES_MAX}", offset=BYTES_MAX)])
    text = body.decode("latin-1")
    finder = _Finder(text)
    interchanges: list[Interchange] = []
    faults: list[Fault] = []
    position = 0
    start = find_start(text, _content(text, 0))
    while start >= 0 and len(interchanges) < INTERCHANGES_MAX:
        before = text[position:start]
        _remark_stray(before, position, faults)
        interchange, position = _read_interchange(finder, start, before)
        interchanges.append(interchange)
        start = find_start(text, _content(text, position))
    if start >= 0:
        faults.append(Fault("EDI-BOUND", f"more than {INTERCHANGES_MAX} interchanges: split the file", f"byte {start}"))
    rest = text[position:]
    if interchanges:
        _remark_stray(rest, position, faults)
    else:
        faults.append(_no_header(text))
    return Reading(interchanges, faults, rest)


def _content(text: str, position: int) -> int:
    """The first place at or after `position` that is neither blank nor a byte order mark."""
    match = _BLANK.match(text, position)
    assert match is not None
    return match.end()


def _no_header(text: str) -> Fault:
    offset = _content(text, 0)
    if offset == len(text):
        return Fault("EDI-UNB", "the file is empty: send an interchange from UNB to UNZ", "byte 0")
    shown = text[offset : offset + 12]
    detail = f"no UNB: the file starts with {shown!r}, so separators and sender are unknown; send all from UNB to UNZ"
    return Fault("EDI-UNB", detail, f"byte {offset}", offset=offset)


def _remark_stray(text: str, position: int, faults: list[Fault]) -> None:
    begin = _content(text, 0)
    if begin < len(text):
        offset = position + begin
        length = len(text.rstrip(BLANKS)) - begin
        detail = f"{length} bytes that belong to no interchange were not read: {text[begin : begin + 20]!r}"
        faults.append(Fault("EDI-STRAY", detail, f"byte {offset}", ERROR, offset=offset))


class _Finder:
    """Finds where segments of a tag start. What was found ahead is kept, so that a file is searched once, not per
    interchange.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._ahead: dict[tuple[str, Delimiters], tuple[int, int, int]] = {}

    def next(self, tag: str, marks: Delimiters, begin: int, limit: int) -> int:
        """The first segment that starts with `tag` in `begin` to `limit`, `limit` when there is none."""
        searched_from, at, searched_to = self._ahead.get((tag, marks), (0, -1, -1))
        if searched_from <= begin and (begin <= at <= limit or (at < 0 and searched_to >= limit)):
            return at if 0 <= at < limit else limit
        at = self.text.find(tag, begin, limit)
        while at >= 0 and not _starts_segment(self.text, at, marks, begin):
            at = self.text.find(tag, at + 1, limit)
        self._ahead[tag, marks] = (begin, at, limit)
        return at if at >= 0 else limit


def _starts_segment(text: str, at: int, marks: Delimiters, floor: int) -> bool:
    before = at - 1
    while before >= floor and text[before] in BLANKS and text[before] != marks.segment:
        before -= 1
    return before < floor or (text[before] == marks.segment and is_free(text, before, marks.release))


def _read_interchange(finder: _Finder, start: int, before: str) -> tuple[Interchange, int]:
    text = finder.text
    header = read_header(text, start)
    begin = start + len(header.advice)
    if header.delimiters is None or text.startswith("UIB", _content(text, begin)):
        return _unreadable(text, start, before, header)
    marks = header.delimiters
    end, closed = _extent(finder, begin, marks)
    pieces = divide(text[begin:end], marks.segment, marks.release)
    texts = list(map(str.lstrip, pieces))
    tail = ""
    if "" in texts:
        pieces, texts, tail = _without_empty(pieces, marks.segment)
        tail = tail if closed or not tail else marks.segment + tail[:-1]
    interchange = Interchange(marks, start, before, header.advice, pieces, texts, closed, tail)
    _judge_text(interchange, text, begin, end)
    for code, severity, sentence in header.problems:
        interchange.faults.append(interchange.fault(code, sentence, 0, severity=severity))
    structure(interchange)
    return interchange, end + closed


def _unreadable(text: str, start: int, before: str, header: Header) -> tuple[Interchange, int]:
    problems = header.problems
    end = find_start(text, start + UNA_LENGTH, ENVELOPE)
    end = end if end >= 0 else len(text)
    interchange = Interchange(STANDARD, start, before, "", [], [], closed=False, unread=text[start:end])
    if not problems:
        sentence = "interactive EDIFACT (UIB) is not read here: send a batch interchange from UNB to UNZ"
        problems = (("EDI-UIB", ERROR, sentence),)
    for code, severity, sentence in problems:
        interchange.faults.append(interchange.fault(code, sentence, 0, severity=severity))
    return interchange, end


def _extent(finder: _Finder, begin: int, marks: Delimiters) -> tuple[int, bool]:
    """Where the terminator of the UNZ stands (or where the interchange breaks off), and whether it is there."""
    text = finder.text
    limit = finder.next("UNA", marks, begin + 3, len(text))
    limit = finder.next("UNB" + marks.element, marks, _content(text, begin) + 3, limit)
    trailer = finder.next("UNZ" + marks.element, marks, begin, limit)
    if trailer < limit:
        end = text.find(marks.segment, trailer, limit)
        while end >= 0 and not is_free(text, end, marks.release):
            end = text.find(marks.segment, end + 1, limit)
        if end >= 0:
            return end, True
    while limit > begin and text[limit - 1] in BLANKS and text[limit - 1] != marks.segment:
        limit -= 1
    if limit > begin and text[limit - 1] == marks.segment and is_free(text, limit - 1, marks.release):
        return limit - 1, True
    return limit, False


def _without_empty(pieces: list[str], terminator: str) -> tuple[list[str], list[str], str]:
    """A doubled terminator is decoration of the segment behind it; what no segment follows is returned apart."""
    kept: list[str] = []
    contents: list[str] = []
    lead: list[str] = []
    for piece in pieces:
        content = piece.lstrip()
        if content:
            kept.append("".join(lead) + piece)
            contents.append(content)
            lead = []
        else:
            lead.append(piece + terminator)
    return kept, contents, "".join(lead)


def _judge_text(interchange: Interchange, text: str, begin: int, end: int) -> None:
    """The character set, once for the whole interchange, and segments that are longer than any can be."""
    marks = interchange.delimiters
    # Read by hand: a row of the UNB would already have its characters from a set not chosen yet.
    level = "UNOB" if interchange.bare else interchange.texts[0][4:12].partition(marks.component)[0]
    choice = choose(level.partition(marks.element)[0], text[begin:end], marks.all)
    interchange.codec = choice.codec
    interchange.clean = choice.clean and not marks.is_mixed
    if choice.sentence:
        at = begin + choice.at
        severity = WARNING if choice.certain else ERROR
        fault = Fault("UCI-21", choice.sentence, f"{interchange.path} (byte {at})", severity, "UNB", offset=at)
        interchange.faults.append(fault)
    _judge_segments(interchange)


def _judge_segments(interchange: Interchange) -> None:
    """The first segment that is longer than any can be, and the first that a line break stands in."""
    texts = interchange.texts
    if max(map(len, texts), default=0) > SEGMENT_MAX:
        row = next(row for row, segment in enumerate(texts) if len(segment) > SEGMENT_MAX)
        detail = f"a segment of {len(texts[row])} characters: more than {SEGMENT_MAX} are not read"
        interchange.faults.append(interchange.fault("UCI-18", detail, row))
    if "\n" in "".join(texts):
        row = next(row for row, segment in enumerate(texts) if "\n" in segment)
        detail = "a line break stands inside the segment and was read as data: break lines behind terminators only"
        interchange.faults.append(interchange.fault("UCI-21", detail, row, severity=WARNING))
