"""Messages that hold several documents: a connector names the pieces, and each is read by its own map."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from crossdock.formats.reading import ERROR, Fault, Reading
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.tree import Document, Node, Place
from crossdock.mediation.library import Library
from crossdock.mediation.reading import (
    NO_MAP,
    Words,
    as_finding,
    as_refusal,
    facts_of,
    read_document,
    unmapped,
)
from crossdock.ports.connector import Decoded, DecodedFact, Finding, IntakeContext

PIECES_MAX = 10_000
FINDINGS_MAX = 1_000

D = TypeVar("D", bound=Document)


class Piece(msgspec.Struct, frozen=True):
    """A node of a document as a document of its own; places stay those of the whole. It is a `Document`.

    `message_id`, `spoken` and `values` are what the message says around it (`mediation.reading.Words`). A piece
    `passed_over` is known and says nothing we take; its text says why, in a finding that refuses nothing. `restated`
    makes another fact of each that the map made. `faults` are what of it breaks its standard; with an error among them
    it is not read.
    """

    whole: Document
    root: Node
    kind: str
    version: str = ""
    message_id: str = ""
    spoken: Occurrence | None = None
    values: Mapping[str, str] = {}
    passed_over: str = ""
    restated: Callable[[DecodedFact], DecodedFact] | None = None
    faults: Sequence[Fault] = ()

    @property
    def is_broken(self) -> bool:
        """Whether a fault keeps it from being read."""
        return any(fault.severity == ERROR for fault in self.faults)

    @property
    def syntax(self) -> str:
        """Of the whole."""
        return self.whole.syntax

    def where(self, node: Node, field: str) -> Place:
        """See `Document.where`."""
        return self.whole.where(node, field)


class Letter(msgspec.Struct, Generic[D], frozen=True):
    """One document of a message with what is known beside it; `settings` and `role` are those of the partner's file."""

    document: D
    content_type: str
    settings: Mapping[str, object]
    role: str
    received_at: datetime


class PieceDecoder(Generic[D]):
    """Bytes to documents, documents to pieces, pieces to facts. It is a `ports.connector.Decoder`.

    `split` names the pieces of a document. It raises `Rejected` when the document is none of the connector's, and
    `Permanent` when the partner's settings cannot be used.
    """

    def __init__(
        self,
        connector: str,
        library: Library,
        read: Callable[[bytes], Reading[D]],
        split: Callable[[Letter[D]], Iterable[Piece]],
    ) -> None:
        self._connector = connector
        self._library = library
        self._read = read
        self._split = split

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        reading = self._read(body)
        decoded = Decoded(facts=[], findings=[as_refusal(fault) for fault in reading.faults])
        for document in reading.documents:
            self._take(
                Letter(document, content_type, context.settings, context.role, context.received_at), context, decoded
            )
        del decoded.findings[FINDINGS_MAX:]
        return decoded

    def _take(self, letter: Letter[D], context: IntakeContext, decoded: Decoded) -> None:
        try:
            pieces = list(self._split(letter))
        except Permanent as error:
            decoded.findings.append(Finding("CONFIG", error.detail))
            return
        except Rejected as error:
            root = letter.document.where(letter.document.root, "").words
            decoded.findings.append(Finding(NO_MAP, f"no map reads this: {error.detail}", error.where or root))
            return
        if len(pieces) > PIECES_MAX:
            detail = f"{len(pieces)} documents in one message: send at most {PIECES_MAX}"
            decoded.findings.append(Finding(NO_MAP, detail))
            return
        for piece in pieces:
            self._read_piece(piece, context, decoded)

    def _read_piece(self, piece: Piece, context: IntakeContext, decoded: Decoded) -> None:
        if piece.passed_over:
            place = piece.where(piece.root, "").words
            decoded.findings.append(Finding(NO_MAP, piece.passed_over, place, severity="info"))
            return
        decoded.findings += map(as_refusal, piece.faults)
        if piece.is_broken:
            return
        book = self._library.book(self._connector, context.partner)
        mapped = read_document(piece, book, context, Words(piece.message_id, piece.spoken, piece.values))
        if mapped is None:
            decoded.findings.append(unmapped(piece, book, context))
            return
        facts = facts_of(mapped, piece)
        decoded.facts += facts if piece.restated is None else map(piece.restated, facts)
        decoded.findings += map(as_finding, mapped.findings)
