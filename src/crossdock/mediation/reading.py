"""Documents of a message to what a decoder answers with: facts, findings, and which document nothing was made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from crossdock.canonical.envelope import Source
from crossdock.canonical.vocabulary import Role
from crossdock.formats.reading import Fault
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.tree import Document
from crossdock.mapping.compiled import Mapped
from crossdock.mapping.run import Finding as Remark
from crossdock.mapping.run import MapContext
from crossdock.mediation.library import MapBook
from crossdock.ports.connector import Decoded, DecodedFact, Finding, IntakeContext

NO_MAP = "INT-02"


class Words(msgspec.Struct, frozen=True):
    """What a message says around its documents: its id with the sender, when it was written, and words for `$name`."""

    message_id: str = ""
    spoken: Occurrence | None = None
    values: Mapping[str, str] = {}


def map_context(document: Document, context: IntakeContext, words: Words) -> MapContext:
    """What a map may know beside the document. The message type is told as `X12 850 004010`."""
    name = " ".join(part for part in (document.syntax.upper(), document.kind, document.version) if part)
    source = Source(Role(context.role), context.partner, words.message_id, name)
    return MapContext(source, context.received_at, context.tz, words.spoken, words.values)


def read_document(document: Document, book: MapBook, context: IntakeContext, words: Words) -> Mapped | None:
    """What the book's map makes of one document; `None` when the book has no map for it."""
    reader = book.reader(document.kind, document.version)
    return None if reader is None else reader.read(document, map_context(document, context, words))


def read_documents(
    documents: Iterable[Document], book: MapBook, context: IntakeContext, words: Words | None = None
) -> Decoded:
    """All documents of a message without an envelope: each on its own, so that one bad one costs only itself."""
    decoded = Decoded(facts=[], findings=[])
    for document in documents:
        mapped = read_document(document, book, context, words or Words())
        if mapped is None:
            decoded.findings.append(unmapped(document, book, context))
            continue
        decoded.facts += facts_of(mapped, document)
        decoded.findings += map(as_finding, mapped.findings)
    return decoded


def facts_of(mapped: Mapped, document: Document) -> list[DecodedFact]:
    """The facts with the place each was read at."""
    return [DecodedFact(fact.body, document.where(fact.node, "").words) for fact in mapped.facts]


def as_finding(remark: Remark) -> Finding:
    """A map's remark in the words of the runtime; the rule stands behind the place."""
    where = f"{remark.place.words} ({remark.rule})" if remark.rule else remark.place.words
    return Finding(remark.code, remark.detail, where, remark.severity, remark.rule)


def as_refusal(fault: Fault) -> Finding:
    """A fault of syntax in the words of the runtime."""
    return Finding(fault.code, fault.detail, fault.place.words, fault.severity)


def unmapped(document: Document, book: MapBook, context: IntakeContext) -> Finding:
    """No map reads this document."""
    able = ", ".join(book.kinds) or "none"
    name = f"{document.syntax} {document.kind}".strip()
    detail = (
        f"no map reads {name} from {context.partner}; there are maps for: {able}. Add one to the project and replay, "
        "or ask the partner not to send it"
    )
    return Finding(NO_MAP, detail, document.where(document.root, "").words)
