"""Commands as an operator looks at them: what is under way, and every run of one with what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.ports.outbox import Backlog

RUNS_MAX = 100


class UnderWay(msgspec.Struct, frozen=True, gc=False):
    """One open command. `lane` 0 is the most urgent; `dossier_ident` is what it is about, such as `order||SO-1`."""

    id: int
    dossier: int
    dossier_ident: str
    partner: str
    type: str
    lane: int
    phase: str
    attempts: int
    created: datetime
    due: datetime
    detail: str


class DeliveryRun(msgspec.Struct, frozen=True, gc=False):
    """One run of a command: open, or ended at `ended`. `payload` is the command in canonical JSON."""

    id: int
    dossier: int
    dossier_ident: str
    partner: str
    type: str
    lane: int
    state: str
    attempts: int
    created: datetime
    ended: datetime | None
    idempotency_key: str
    ordering_key: str
    cause: str
    detail: str
    reference: str
    traceparent: str
    payload: bytes


class Deliveries(Protocol):
    """Committed rows, without a lock.

    Raises:
        Transient: the store cannot be reached.
    """

    async def ways(self, now: datetime) -> Sequence[Backlog]:
        """Every partner something is on its way to, or whose way is remembered, by id."""

    async def under_way(self, *, partner: str, phase: str, after: int, limit: int) -> Sequence[UnderWay]:
        """Open commands by id; `partner` and `phase` empty for all."""

    async def runs(self, delivery: int) -> Sequence[DeliveryRun]:
        """Every run of one command, the open one last; empty when there is none of that number."""
