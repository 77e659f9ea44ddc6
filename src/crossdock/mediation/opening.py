"""A message of unknown make, opened: which documents are in it, what is wrong with each, and its bytes written again.

What `inspect` stands on: no partner, no map, no connector. Findings are in the words of the runtime, so that the same
fault told by a decoder is found to be the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import TypeVar

import msgspec

from crossdock.formats.delimited.document import DelimitedDocument, read_delimited
from crossdock.formats.delimited.layout import DelimitedLayout
from crossdock.formats.delimited.writer import rewrite_delimited
from crossdock.formats.edifact import tree as edifact
from crossdock.formats.edifact.document import EdifactDocument
from crossdock.formats.edifact.grammar import validate
from crossdock.formats.edifact.reader import read_edifact
from crossdock.formats.edifact.writer import write_edifact
from crossdock.formats.idoc.flat import read_idoc_flat
from crossdock.formats.idoc.flat_writer import rewrite_idoc_flat
from crossdock.formats.idoc.xml_form import read_idoc_xml, rewrite_idoc_xml
from crossdock.formats.json_text.document import read_json, read_ndjson
from crossdock.formats.json_text.writer import rewrite_json
from crossdock.formats.reading import WARNING, Fault, Reading
from crossdock.formats.sniff import Guess, sniff
from crossdock.formats.x12 import tree as x12
from crossdock.formats.x12.check import check_set
from crossdock.formats.x12.document import X12Document
from crossdock.formats.x12.reader import read_x12
from crossdock.formats.x12.writer import write_x12
from crossdock.formats.xml.document import XmlDocument, read_xml
from crossdock.formats.xml.writer import rewrite_xml
from crossdock.kernel.tree import Document
from crossdock.ports.connector import Finding

D = TypeVar("D", bound=Document)

UNKNOWN = "FORMAT-UNKNOWN"
GUESSED = "FORMAT-GUESSED"
# The syntax of maps (`kernel.tree.Document.syntax`) behind each guess.
SYNTAX_OF: Mapping[str, str] = {
    "x12": "x12",
    "edifact": "edifact",
    "xml": "xml",
    "idoc-xml": "idoc",
    "idoc-flat": "idoc",
    "json": "json",
    "ndjson": "json",
    "csv": "delimited",
    "unknown": "",
}


class Piece(msgspec.Struct):
    """One document of a message: the bytes `start` to `end` (-1: to the next one), and what is wrong with it.

    The faults of an envelope around it are among them: they decide what becomes of it.
    """

    document: Document
    start: int
    end: int = -1
    findings: list[Finding] = []


class Opened(msgspec.Struct, dict=True):
    """A message as opened. `loose` are findings of no document; `rewrite` is absent where nothing could be read."""

    guess: Guess
    pieces: list[Piece]
    loose: list[Finding]
    rewrite: Callable[[], bytes] | None = None

    def kind(self, piece: Piece) -> str:
        """What a document is called, for those that do not say so themselves."""
        return piece.document.kind or self.guess.kind or self.guess.family or self.guess.syntax

    @cached_property
    def _starts(self) -> list[int]:
        return [piece.start for piece in self.pieces]

    @cached_property
    def _told(self) -> set[tuple[str, str]]:
        kept = [self.loose, *(piece.findings for piece in self.pieces)]
        return {(finding.detail, finding.where) for findings in kept for finding in findings}

    def owner(self, byte: int) -> int | None:
        """The number of the piece that holds a byte of the message. No byte (-1) is of the only piece there is."""
        if byte < 0:
            return 0 if len(self.pieces) == 1 else None
        number = bisect_right(self._starts, byte) - 1
        return number if number >= 0 and not 0 <= self.pieces[number].end <= byte else None

    def keep(self, finding: Finding, byte: int) -> None:
        """Keep a finding with the document that holds this byte, with the message where none does; twice is once."""
        if (finding.detail, finding.where) not in self._told:
            self._told.add((finding.detail, finding.where))
            number = self.owner(byte)
            (self.loose if number is None else self.pieces[number].findings).append(finding)


def open_message(body: bytes) -> Opened:
    """Look what it is and read it; never raises on content."""
    guess = sniff(body)
    opener = _OPENERS.get(guess.syntax)
    if opener is not None:
        return opener(body, guess)
    return Opened(guess, [], [Finding(UNKNOWN, guess.why, "byte 0")])


def _open_x12(body: bytes, guess: Guess) -> Opened:
    reading = read_x12(body)
    opened = Opened(guess, [], [_x12_finding(one) for one in reading.faults], partial(write_x12, reading))
    for interchange in reading.interchanges:
        sets = [one for group in interchange.groups for one in group.sets]
        if not sets:
            opened.loose += map(_x12_finding, interchange.faults)
        for transaction in sets:
            around = [*interchange.faults, *(transaction.group.faults if transaction.group is not None else ())]
            wrong = [*around, *transaction.faults, *check_set(transaction)]
            last = len(transaction.texts) - 1
            end = transaction.offset(last) + len(transaction.texts[last])
            found = list(map(_x12_finding, wrong))
            opened.pieces.append(Piece(X12Document(transaction), transaction.offset(0), end, found))
    opened.rewrite = opened.rewrite if reading.interchanges else None
    return opened


def _x12_finding(fault: x12.Fault) -> Finding:
    code = fault.business or (fault.code if fault.code.startswith("X12") else f"X12-{fault.code}")
    return Finding(code, fault.detail, fault.where, fault.severity)


def _open_edifact(body: bytes, guess: Guess) -> Opened:
    reading = read_edifact(body)
    opened = Opened(guess, [], list(map(_edifact_finding, reading.faults)), partial(write_edifact, reading))
    for interchange in reading.interchanges:
        if not interchange.messages:
            opened.loose += map(_edifact_finding, interchange.faults)
        for message in interchange.messages:
            validate(message)
            around = [*interchange.faults, *(message.group.faults if message.group is not None else ())]
            found = list(map(_edifact_finding, (*around, *message.faults)))
            found += [Finding("EDI-GRAMMAR", note, message.where(0), "info") for note in message.notes]
            last = len(message.texts) - 1
            end = message.offset(last) + len(message.texts[last])
            opened.pieces.append(Piece(EdifactDocument(message), message.offset(0), end, found))
    opened.rewrite = opened.rewrite if reading.interchanges else None
    return opened


def _edifact_finding(fault: edifact.Fault) -> Finding:
    code = fault.code if fault.code.startswith("EDI") else f"EDI-{fault.code}"
    return Finding(code, fault.detail, fault.where, fault.severity)


def _opened(guess: Guess, reading: Reading[D], rewrite: Callable[[Sequence[D]], bytes]) -> Opened:
    """What the readers with one shape of answer give; a fault inside of a document is that document's."""
    pieces = [Piece(one, one.where(one.root, "").start) for one in reading.documents]
    again = partial(rewrite, reading.documents) if pieces else None
    opened = Opened(guess, pieces, [], again)
    for fault in reading.faults:
        opened.keep(_finding(fault), fault.place.start)
    return opened


def _finding(fault: Fault) -> Finding:
    return Finding(fault.code, fault.detail, fault.place.words, fault.severity)


def _open_xml(body: bytes, guess: Guess) -> Opened:
    def rewrite(documents: Sequence[XmlDocument]) -> bytes:
        return rewrite_xml(documents[0])

    return _opened(guess, read_xml(body), rewrite)


def _open_csv(body: bytes, guess: Guess) -> Opened:
    def rewrite(documents: Sequence[DelimitedDocument]) -> bytes:
        return rewrite_delimited(documents[0])

    layout = DelimitedLayout("csv", delimiter=guess.delimiter)
    reading = read_delimited(body, layout)
    if any(fault.code == "DSV-CHARSET" for fault in reading.faults):
        reading = read_delimited(body, msgspec.structs.replace(layout, charset="latin-1"))
    opened = _opened(guess, reading, rewrite)
    opened.keep(Finding(GUESSED, guess.why, "byte 0", WARNING), 0)
    return opened


_OPENERS: Mapping[str, Callable[[bytes, Guess], Opened]] = {
    "x12": _open_x12,
    "edifact": _open_edifact,
    "xml": _open_xml,
    "idoc-xml": lambda body, guess: _opened(guess, read_idoc_xml(body), rewrite_idoc_xml),
    "idoc-flat": lambda body, guess: _opened(guess, read_idoc_flat(body), rewrite_idoc_flat),
    "json": lambda body, guess: _opened(guess, read_json(body), rewrite_json),
    "ndjson": lambda body, guess: _opened(guess, read_ndjson(body), rewrite_json),
    "csv": _open_csv,
}


def errors(findings: Iterable[Finding]) -> int:
    """How many of them keep something from being used."""
    return sum(one.severity == "error" for one in findings)
