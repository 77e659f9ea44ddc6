"""Canonical commands to the trees of documents, by the partner's maps. Pure: the same command gives the same tree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from crossdock.canonical.envelope import Source
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import decode_command
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node
from crossdock.mapping.run import ERROR, MapContext
from crossdock.mediation.library import MapBook
from crossdock.ports.connector import IntakeContext, Outbound

TOLD_MAX = 3
KEY_MAX = 120
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")


class Draft(NamedTuple):
    """What a map made of one command: what the document is called, and its tree."""

    kind: str
    root: Node


class File(NamedTuple):
    """A document on its way: the name of its file, its bytes, and what we call it with the partner."""

    name: str
    body: bytes
    reference: str = ""


def draft(command: Outbound, book: MapBook, partner: IntakeContext, words: Mapping[str, str] | None = None) -> Draft:
    """The tree of one command; `words` are what its maps may ask for as `$name`, beside `$created`.

    Raises:
        Rejected: no map writes this command, or the map cannot say it; `where` is the rule.
    """
    writer = book.writer(command.type)
    if writer is None:
        able = ", ".join(book.commands) or "none"
        raise Rejected(f"no map writes {command.type} for {partner.partner}; there are maps for: {able}", where="type")
    source = Source(Role(partner.role), partner.partner)
    context = MapContext(
        source, command.created, partner.tz, values={"created": command.created.isoformat(), **(words or {})}
    )
    written = writer.write(decode_command(command.type, command.payload), context)
    if written.root is None:
        wrong = [one for one in written.findings if one.severity == ERROR][:TOLD_MAX]
        raise Rejected("; ".join(f"{one.place.words}: {one.detail}" for one in wrong), where=wrong[0].rule)
    return Draft(written.kind, written.root)


def file_name(kind: str, command: Outbound, suffix: str, number: int = 0) -> str:
    """`DELVRY05-000000017-create_fulfilment_order_SO-1_WH-1_1.xml`: one command has one name, however often it is sent.

    `number` is left out where documents have none.
    """
    key = _UNSAFE.sub("_", command.idempotency_key)[:KEY_MAX]
    numbered = f"{number:09d}-" if number else ""
    return f"{_UNSAFE.sub('_', kind)}-{numbered}{key}.{suffix}"
