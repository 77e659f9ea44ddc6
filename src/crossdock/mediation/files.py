"""The decoder of connectors whose messages are files of documents: settings checked once, maps for each document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.formats.reading import FAULTS_MAX, Reading
from crossdock.kernel.errors import Permanent
from crossdock.kernel.tree import Document
from crossdock.mapping.compiled import CompiledMap
from crossdock.mapping.run import UNKNOWN_CODE, WARNING
from crossdock.mediation.library import Library, MapBook
from crossdock.mediation.pieces import PIECES_MAX, Piece
from crossdock.mediation.reading import (
    NO_MAP,
    Words,
    as_finding,
    as_refusal,
    facts_of,
    read_document,
    unmapped,
)
from crossdock.ports.connector import Decoded, Finding, IntakeContext

CONTROL_MAX = 200

S = TypeVar("S")
D = TypeVar("D", bound=Document)


class FileDecoder(Generic[D, S]):
    """Implements `ports.connector.Decoder`; holds nothing but maps and settings already checked.

    `check` makes the connector's settings of a partner's and raises `Permanent` where they cannot be used. `read` makes
    documents of bytes. `split` names the pieces of a document that have a map of their own, mostly the whole of it.
    With `numbered` their message ids are numbers the sender never uses twice, so that a message is known again by them.
    """

    def __init__(
        self,
        connector: str,
        library: Library,
        check: Callable[[Mapping[str, object]], S],
        read: Callable[[bytes, S], Reading[D]],
        split: Callable[[D, S, IntakeContext], Sequence[Piece]],
        *,
        numbered: bool = False,
    ) -> None:
        self._connector = connector
        self._library = library
        self._check = check
        self._read = read
        self._split = split
        self._numbered = numbered
        self._checked: dict[str, tuple[dict[str, object], S]] = {}

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """Read one file. Never raises on content."""
        try:
            settings = self._settings(context)
        except Permanent as error:
            return Decoded(findings=[Finding("CONFIG", error.detail, context.partner)])
        reading = self._read(body, settings)
        decoded = Decoded(facts=[], findings=[as_refusal(fault) for fault in reading.faults])
        pieces = [piece for document in reading.documents for piece in self._split(document, settings, context)]
        if len(pieces) > PIECES_MAX:
            decoded.findings.append(
                Finding(NO_MAP, f"{len(pieces)} documents in one message: send at most {PIECES_MAX}")
            )
            return decoded
        book = self._library.book(self._connector, context.partner)
        _read_all(pieces, book, context, decoded)
        if self._numbered:
            decoded.control = " ".join(dict.fromkeys(piece.message_id for piece in pieces if piece.message_id))
            decoded.control = decoded.control[:CONTROL_MAX]
        del decoded.findings[FAULTS_MAX:]
        return decoded

    def _settings(self, context: IntakeContext) -> S:
        known = self._checked.get(context.partner)
        if known is not None and known[0] is context.settings:
            return known[1]
        settings = self._check(context.settings)
        self._checked[context.partner] = (context.settings, settings)
        return settings


def _read_all(pieces: Iterable[Piece], book: MapBook, context: IntakeContext, decoded: Decoded) -> None:
    for piece in pieces:
        if piece.passed_over:
            place = piece.where(piece.root, "").words
            decoded.findings.append(Finding(NO_MAP, piece.passed_over, place, severity="info"))
            continue
        told = _not_theirs(piece, book, context)
        if told is not None:
            decoded.findings.append(told)
            continue
        decoded.findings += map(as_refusal, piece.faults)
        if piece.is_broken:
            continue
        mapped = read_document(piece, book, context, Words(piece.message_id, piece.spoken, piece.values))
        if mapped is None:
            decoded.findings.append(unmapped(piece, book, context))
            continue
        decoded.facts += facts_of(mapped, piece)
        decoded.findings += map(as_finding, mapped.findings)
        if not mapped.facts and not mapped.findings:
            decoded.findings.append(_nothing(piece, context))


def _not_theirs(piece: Piece, book: MapBook, context: IntakeContext) -> Finding | None:
    """A document whose map makes nothing this partner's role may state."""
    reader = book.reader(piece.kind, piece.version)
    if not isinstance(reader, CompiledMap):
        return None
    kinds = [EVENT_TYPES[name] for name in reader.facts_in]
    if any(context.role in kind.owners | kind.observers for kind in kinds):
        return None
    owners = ", ".join(sorted({role.value for kind in kinds for role in kind.owners}))
    detail = (
        f"no map reads {piece.kind} from a {context.role} partner: what it states ({', '.join(reader.facts_in)}) is "
        f"for {owners} to say; correct the partner's role, or ask the partner not to send it"
    )
    return Finding(NO_MAP, detail, piece.where(piece.root, "").words)


def _nothing(piece: Piece, context: IntakeContext) -> Finding:
    """A sound document none of whose rules held."""
    detail = (
        f"the {piece.kind} says nothing a fact is made of for a {context.role} partner: its codes choose none of the "
        "map's rules; read it, and add a rule to the partner's map if it should have told something"
    )
    return Finding(UNKNOWN_CODE, detail, piece.where(piece.root, "").words, WARNING)
