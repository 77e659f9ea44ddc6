"""Canary orders: synthetic ones that go through the whole pipeline, so that its silence is told from its failure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.canonical.vocabulary import Role
from crossdock.ports.directory import Partner

ID = "canary"
# Reserved: an order of this kind of number is synthetic, whoever sends it.
PREFIX = "CROSSDOCK-CANARY-"
IDENT = f"order||{PREFIX}"

# Who takes the commands of canary orders, in place of any real system.
SINK = Partner(ID, Role.OPS, ID, name="Where canary orders end")


class CanaryRun(msgspec.Struct, frozen=True):
    """One canary order on its way."""

    id: int
    sent: datetime

    @property
    def order_no(self) -> str:
        """Its number."""
        return f"{PREFIX}{self.id}"


class Canaries(Protocol):
    """What was sent, and what came back."""

    async def under_way(self) -> CanaryRun | None:
        """The one that has not ended, if there is one."""

    async def last_sent(self) -> datetime | None:
        """When the last was sent."""

    async def begin(self, now: datetime) -> CanaryRun:
        """A new one."""

    async def end(self, run: CanaryRun, now: datetime, *, back: bool) -> None:
        """It is back, or given up. Once ended it stays as it is."""


def receiver(ident: str, resolved: Partner | None, opted: Collection[str]) -> Partner | None:
    """Who gets a command of the dossier `ident`: of a canary order nobody real, but who asked for it."""
    if not ident.startswith(IDENT) or (resolved is not None and resolved.id in opted):
        return resolved
    return SINK
