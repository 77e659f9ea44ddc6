"""Alerts to our own people: which causes stand, which of them somebody was told of, and telling in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.ports.store import DeliveryRow


class Cause(msgspec.Struct, frozen=True):
    """What a number of open cases have in common; a hundred orders stuck for one reason are one cause.

    `severity` is the gravest, `case` the first of them and `detail` its own, `since` when that was opened.
    """

    cause: str
    queue: str
    code: str
    severity: int
    cases: int
    case: int
    detail: str
    since: datetime


class Latch(msgspec.Struct, frozen=True):
    """A cause somebody was told of. `closed` absent: nobody was told yet that it is over."""

    cause: str
    queue: str
    code: str
    opened: datetime
    seen: datetime
    episode: int
    detail: str
    closed: datetime | None = None


class Alerts(Protocol):
    """See the module."""

    async def causes(self, severity: int) -> Sequence[Cause]:
        """Causes of open cases at least so grave (1 is the gravest); a bounded number of cases is looked at."""

    async def latches(self) -> Sequence[Latch]:
        """All of them, closed ones too."""

    async def settle(self, latches: Sequence[Latch], rows: Sequence[DeliveryRow]) -> None:
        """Write these latches and put what is told on its way, in one transaction; a key goes once."""
