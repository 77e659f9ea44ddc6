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
from crossdock.bootstrap.offline.why import seen_reading
from crossdock.bootstrap.project import PartnerConfig, read_project
from crossdock.formats.sniff import sniff
from crossdock.kernel.tree import Document, Node
from crossdock.mapping.provenance import fields_of
from crossdock.mediation.library import Library
from crossdock.mediation.opening import open_message
from crossdock.mediation.witness import ReadingSeen

TEXT_MAX = 60


class Unread(msgspec.Struct, frozen=True):
    """A field of the samples no rule looks at: how often it is there, with the first text and its place."""

    path: str
    count: int
    text: str
    position: str


class Coverage(msgspec.Struct, frozen=True):
    """One kind of document of one partner.

    `map` is the map or the Python that read it, empty where none did; `rules` are told of maps only. `untouched` are
    segments or objects with no field that is looked at.
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

    map: str = ""
    rules: tuple[str, ...] = ()
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
    tallies: dict[tuple[str, str], _Tally] = {}
    for sample in samples_of(folder, config.partner.id):
        if sample.is_command:
            continue
        body = sample.path.read_bytes()
        seen = seen_reading(voice_of(config, library, received_of(sample)), library, body)
        for one in seen:
            kind = one.document.kind or sniff(body).syntax
            _take(tallies.setdefault((kind, one.document.version), _Tally()), one)
        opened = open_message(body)
        read = {one.document.kind for one in seen}
        # One document may be read in several pieces, which have names of their own.
        for piece in opened.pieces if len(opened.pieces) > len(seen) else ():
            if opened.kind(piece) not in read:
                tallies.setdefault((opened.kind(piece), piece.document.version), _Tally()).samples += 1
    for (name, version), tally in tallies.items():
        yield _told(config.partner.id, name, version, tally)


def _take(tally: _Tally, seen: ReadingSeen) -> None:
    tally.map, tally.rules = seen.map, seen.rules
    tally.samples += 1
    if seen.told is not None:
        tally.used.update(origin.rule for fields in seen.told.fields for origin in fields.values())
        _count(tally, seen.document, frozenset(seen.told.unread))


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
    unused = tuple(rule for rule in tally.rules if rule not in tally.used)
    untouched = tuple(one for one in tally.names if one not in tally.looked_at)
    unread = tuple(one for path, one in tally.unread.items() if path.partition(".")[0] not in untouched)
    return Coverage(partner, name, version, tally.map, tally.samples, unread, untouched, unused)
