"""The chain of acts: every hash worked out again, link by link. What does not fit was changed behind the hub's back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.ports.acts import ActRow, Anchor

CHAIN_PAGE = 1_000


class Chain(Protocol):
    """Where the acts are read."""

    async def chain(self, after: int, limit: int) -> Sequence[ActRow]:
        """All acts in order, a page at a time."""

    async def anchor(self) -> Anchor:
        """Behind which act the chain begins."""


class ActView(msgspec.Struct, frozen=True):
    """An act as shown: who, why, from where to where, and its link in the chain."""

    id: int
    at: datetime
    act: str
    person: str
    key: str
    reason: str
    before: str
    after: str
    hash: str
    object: str = ""


class ChainReport(msgspec.Struct, frozen=True):
    """Whether the acts are as they were written: how many, and the first link that does not fit (0: all do)."""

    acts: int
    broken_at: int
    detail: str


async def verify(acts: Chain) -> ChainReport:
    """Walk the whole chain of acts and work every hash out again; what is in the archive is its file's to prove."""
    anchor = await acts.anchor()
    last, count = anchor.hash, anchor.id
    while rows := await acts.chain(count, CHAIN_PAGE):
        for row in rows:
            if row.id != count + 1:
                return ChainReport(count, count + 1, f"act {count + 1} is gone: restore it from a backup")
            if row.prev != last or row.digest() != row.hash:
                return ChainReport(count, row.id, f"act {row.id} is not what was written: restore it from a backup")
            last, count = row.hash, row.id
    away = f"; the first {anchor.id} are in the archive" if anchor.id else ""
    return ChainReport(count, 0, f"every act is as it was written{away}")


def fault_of(rows: Sequence[ActRow], anchor: Anchor) -> str:
    """What is wrong with these acts as the beginning of the chain behind an anchor, empty when nothing is."""
    last, number = anchor.hash, anchor.id
    for row in rows:
        if row.id != number + 1 or row.prev != last or row.digest() != row.hash:
            return f"act {number + 1} is not what was written: restore it from a backup"
        last, number = row.hash, row.id
    return ""


def act_view(row: ActRow) -> ActView:
    """An act as shown."""
    about = row.object or f"case {row.case}"
    words = (row.act, row.person, row.key, row.reason, row.before, row.after)
    return ActView(row.id, row.at, *words, row.hash.hex(), about)
