"""`crossdock coverage`: what of the samples no rule looks at, and which rules no sample uses (peers.md idea 3.5)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.library import library_of
from crossdock.bootstrap.offline.samples import received_of, samples_of
from crossdock.bootstrap.offline.speaking import partner_of, voice_of
from crossdock.bootstrap.offline.traits import ENVELOPE
from crossdock.bootstrap.project import PartnerConfig, read_project
from crossdock.kernel.tree import Document, Node
from crossdock.mapping.compiled import CompiledMap
from crossdock.mapping.provenance import fields_of
from crossdock.mediation.library import Library, MapBook
from crossdock.mediation.opening import open_message
from crossdock.mediation.reading import Words, map_context

TEXT_MAX = 60


class Unread(msgspec.Struct, frozen=True):
    """A field of the samples no rule looks at: how often it is there, with the first text and its place."""

    path: str
    count: int
    text: str
    position: str


class Coverage(msgspec.Struct, frozen=True):
    """One kind of document of one partner.

    `map` is empty where Python reads it, which cannot be asked what it looks at; `untouched` are segments or objects
    with no field that is looked at.
    """

    partner: str
    document: str
    version: str
    map: str
    samples: int
    unread: tuple[Unread, ...] = ()
    untouched: tuple[str, ...] = ()
    unused_rules: tuple[str, ...] = ()


class _Tally(msgspec.Struct):
    """What the samples of one kind of document showed so far."""

    reader: CompiledMap | None
    samples: int = 0
    unread: dict[str, Unread] = {}
    looked_at: set[str] = set()
    names: dict[str, None] = {}
    used: set[str] = set()


def coverage(folder: Path, only: str = "") -> list[Coverage]:
    """Every kind of document in the samples of every partner, or of one.

    Raises:
        Permanent: the project has mistakes, or there is no such partner.
        Rejected: samples that share one expectation.
    """
    project = read_project(folder, MANIFESTS)
    library = library_of(project)
    chosen = [partner_of(project, only)] if only else project.partners
    return [row for config in chosen for row in _of_partner(folder, config, library)]


def _of_partner(folder: Path, config: PartnerConfig, library: Library) -> Iterator[Coverage]:
    book = library.book(config.partner.connector, config.partner.id)
    tallies: dict[tuple[str, str], _Tally] = {}
    for sample in samples_of(folder, config.partner.id):
        if sample.is_command:
            continue
        context = voice_of(config, library, received_of(sample)).context
        opened = open_message(sample.path.read_bytes())
        for piece in opened.pieces:
            document = piece.document
            key = (opened.kind(piece), document.version)
            reader = _reader(book, document)
            tally = tallies.setdefault(key, _Tally(reader))
            tally.samples += 1
            if reader is not None:
                explained = reader.explain(document, map_context(document, context, Words()))
                tally.used.update(origin.rule for fields in explained.fields for origin in fields.values())
                _count(tally, document, frozenset(explained.unread))
    for (name, version), tally in tallies.items():
        yield _told(config.partner.id, name, version, tally)


def _reader(book: MapBook, document: Document) -> CompiledMap | None:
    """The map that reads a document, where it can be asked: not Python."""
    found = book.reader(document.kind, document.version)
    return found if isinstance(found, CompiledMap) else None


def _count(tally: _Tally, document: Document, unread: frozenset[tuple[int, str]]) -> None:
    todo: list[Node] = [document.root]
    while todo:
        node = todo.pop()
        todo.extend(reversed(node.children))
        if node.name in ENVELOPE:
            continue
        for field, text in fields_of(node):
            if not text.strip():
                continue
            path = f"{node.name}.{field}" if field else node.name
            tally.names[node.name] = None
            if (node.at, field) not in unread:
                tally.looked_at.add(node.name)
            elif path in tally.unread:
                known = tally.unread[path]
                tally.unread[path] = msgspec.structs.replace(known, count=known.count + 1)
            else:
                shown = text.replace("\x1f", ":").strip()[:TEXT_MAX]
                tally.unread[path] = Unread(path, 1, shown, document.where(node, field).words)


def _told(partner: str, name: str, version: str, tally: _Tally) -> Coverage:
    reader = tally.reader
    if reader is None:
        return Coverage(partner, name, version, "", tally.samples)
    unused = tuple(rule for rule in reader.rules if rule not in tally.used)
    untouched = tuple(one for one in tally.names if one not in tally.looked_at)
    unread = tuple(one for path, one in tally.unread.items() if path.partition(".")[0] not in untouched)
    return Coverage(partner, name, version, reader.spec.name, tally.samples, unread, untouched, unused)
