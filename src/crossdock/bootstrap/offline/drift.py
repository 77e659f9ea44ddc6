"""`crossdock drift`: documents, segments, fields and codes that a partner never sent before.

What it sent before are its samples, with further files or folders where named, and what a hub kept of it. Nothing is
judged: a new code may be right, and is then added to the code list; a new segment may be worth a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec

from crossdock.bootstrap.clock import SystemClock
from crossdock.bootstrap.commands import kept_messages
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.offline.inspect import files_below
from crossdock.bootstrap.offline.samples import samples_of
from crossdock.bootstrap.offline.speaking import partner_of
from crossdock.bootstrap.offline.traits import traits
from crossdock.bootstrap.options import DriftOptions
from crossdock.bootstrap.project import PartnerConfig, read_project
from crossdock.formats.reading import BYTES_MAX
from crossdock.kernel.errors import Permanent
from crossdock.kernel.tree import Document, Node
from crossdock.mediation.opening import open_message

PAGE_MAX = 100
DOCUMENT, SEGMENT, FIELD, CODE, UNREADABLE = "document", "segment", "field", "code", "unreadable"


class Novelty(msgspec.Struct, frozen=True):
    """Something never seen from this partner: how often it is there now, and the first file and place it stands in.

    `kind` is `document`, `segment` (or element, or object), `field`, `code`, or `unreadable` for what could not be read
    at all. Of something new its parts are not told one by one.
    """

    kind: str
    document: str
    path: str
    value: str
    count: int
    file: str
    position: str


class Drift(msgspec.Struct, frozen=True):
    """The comparison: how many files on both sides, and what is new."""

    partner: str
    before: int
    now: int
    novelties: tuple[Novelty, ...]


# Kind, document, path, value.
Key = tuple[str, str, str, str]


class _Seen(msgspec.Struct):
    """What messages are made of: each trait with how often it is there, and where first."""

    files: int = 0
    counts: dict[Key, int] = {}
    first: dict[Key, tuple[str, str]] = {}

    def add(self, key: Key, name: str, where: Callable[[], str]) -> None:
        """Count it; its place is worked out once."""
        self.counts[key] = self.counts.get(key, 0) + 1
        if key not in self.first:
            self.first[key] = (name, where())

    def unread(self, name: str, why: str) -> None:
        """Count a message nobody could look into."""
        self.files += 1
        self.add((UNREADABLE, "", "", why), name, lambda: "byte 0")

    def take(self, name: str, body: bytes) -> None:
        """All of one message, from a file or kept under an id."""
        self.files += 1
        opened = open_message(body)
        if not opened.pieces:
            for finding in opened.loose:
                self.add((UNREADABLE, opened.guess.syntax, "", finding.detail), name, partial(str, finding.where))
        for piece in opened.pieces:
            _add_document(self, name, opened.kind(piece), piece.document)


async def drift(options: DriftOptions) -> Drift:
    """What is new in the files named, or in the messages kept lately.

    Raises:
        Permanent: a path or the partner is not there, the project has mistakes, or there is nothing to compare with.
    """
    project = read_project(options.place.project, MANIFESTS)
    config = partner_of(project, options.partner)
    before, now = _Seen(), _Seen()
    samples = [sample.path for sample in samples_of(project.folder, config.partner.id) if not sample.is_command]
    _take_files(before, [*samples, *files_below(options.baseline)])
    if options.paths:
        _take_files(now, files_below(options.paths))
    else:
        await _take_kept(options, before, now)
    if not before.files:
        raise Permanent(f"{config.partner.id} has no samples: put some into samples/{config.partner.id}, or --baseline")
    return _compared(config, before, now)


def _compared(config: PartnerConfig, before: _Seen, now: _Seen) -> Drift:
    known = before.counts.keys() | {(DOCUMENT, name, "", "") for name in config.profile.expected.documents}
    fresh = {key for key in now.counts if key not in known}
    told = [Novelty(*key, now.counts[key], *now.first[key]) for key in now.counts if key in fresh]
    return Drift(config.partner.id, before.files, now.files, tuple(one for one in told if not _follows(one, fresh)))


async def _take_kept(options: DriftOptions, before: _Seen, now: _Seen) -> None:
    """The messages of the hub, a page at a time: those of the last days, and those before.

    One that is archived and cannot be read is told whenever it came, since what it held might not be new.
    """
    since = SystemClock().now() - timedelta(days=options.days)
    async with kept_messages(options.place) as messages:
        page = await messages.sent(options.partner, None, PAGE_MAX)
        while page:
            for message in page:
                name = f"message {message.id}"
                if message.away:
                    now.unread(name, message.away)
                else:
                    (now if message.received >= since else before).take(name, message.body)
            page = await messages.sent(options.partner, page[-1], PAGE_MAX)


def _take_files(seen: _Seen, paths: Iterable[Path]) -> None:
    for path in paths:
        if path.stat().st_size > BYTES_MAX:
            seen.unread(str(path), f"more than {BYTES_MAX} bytes")
        else:
            seen.take(str(path), path.read_bytes())


def _follows(one: Novelty, fresh: Set[Key]) -> bool:
    """Whether it is new only because what it is a part of is."""
    segment, _, _ = one.path.partition(".")
    wholes = {
        SEGMENT: [(DOCUMENT, one.document, "", "")],
        FIELD: [(DOCUMENT, one.document, "", ""), (SEGMENT, one.document, segment, "")],
        CODE: [
            (DOCUMENT, one.document, "", ""),
            (SEGMENT, one.document, segment, ""),
            (FIELD, one.document, one.path, ""),
        ],
    }
    return any(whole in fresh for whole in wholes.get(one.kind, ()))


def _add_document(seen: _Seen, file: str, name: str, document: Document) -> None:
    seen.add((DOCUMENT, name, "", ""), file, partial(_where, document, document.root, ""))
    for trait in traits(document):
        where = partial(_where, document, trait.node, trait.field)
        seen.add((SEGMENT, name, trait.node.name, ""), file, where)
        seen.add((FIELD, name, trait.path, ""), file, where)
        if trait.code:
            seen.add((CODE, name, trait.path, trait.code), file, where)


def _where(document: Document, node: Node, field: str) -> str:
    return document.where(node, field).words
