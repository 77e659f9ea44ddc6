"""What a message is and what would become of it: said offline by `crossdock inspect`, and on a page of the console.

Nothing of it is stored; it is worked out from the bytes whenever somebody asks, by the project as it is now.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

OK, REFUSED, CRASH = "ok", "refused", "crash"


class Because(msgspec.Struct, frozen=True):
    """One field, and why it is what it is.

    `places` are what was read for it, `raw` the texts there, `decided` what was looked at on the way; a constant of the
    rule has none. `text` is empty for a field that is looked at but not said.
    """

    field: str
    text: str
    places: tuple[str, ...]
    raw: tuple[str, ...]
    decided: tuple[str, ...]
    rule: str
    map: str
    version: str


class Reasons(msgspec.Struct, frozen=True):
    """One document: a row for each fact made of it, or a single one for a document of ours.

    `unused` are the fields of the document, or of the command, that no rule looked at.
    """

    document: str
    made: tuple[tuple[Because, ...], ...]
    unused: tuple[str, ...] = ()


class Remark(msgspec.Struct, frozen=True):
    """A finding as `inspect` tells it."""

    code: str
    position: str
    text: str
    severity: str


class Inspected(msgspec.Struct, frozen=True):
    """One document. `type` is empty where a file holds none. `envelopes` only when facts were asked for."""

    type: str
    version: str
    facts: int
    findings: tuple[Remark, ...] = ()
    connector: str = ""
    envelopes: tuple[msgspec.Raw, ...] = ()


class Report(msgspec.Struct, frozen=True):
    """One file.

    `ok`: something of it would be used, or nothing in it is wrong. `crash`: a bug of ours, told by `error`. `findings`
    are those of no document. `roundtrip` is null when it was not asked for or there is nothing to write. `reasons` are
    there when they were asked for: of each document read, or written for a command, where every field comes from.
    """

    file: str
    format: str
    status: str
    documents: tuple[Inspected, ...] = ()
    roundtrip: bool | None = None
    why: str = ""
    findings: tuple[Remark, ...] = ()
    acknowledgments: tuple[str, ...] = ()
    error: str = ""
    reasons: tuple[Reasons, ...] = ()


class Inspector(Protocol):
    """Looks at bytes with the eyes of one partner, or of whoever makes the most of them."""

    async def inspect(self, name: str, body: bytes, *, partner: str = "", why: bool = False) -> Report:
        """The report, with the facts; with `why` also where every field comes from. Never raises on content.

        Raises:
            Rejected: no such partner.
        """
