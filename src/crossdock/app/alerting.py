"""Telling the owner of a queue, once a cause: when it appears and when it is gone, never between (peers.md, idea 7).

Cases are opened and closed by facts and checks; a storm of them of one kind is one cause. The word goes as a command to
the partner that writes to our own people, with all the outbox has: order, retry, breaker, an open case when it fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from crossdock.canonical.addressing import Address
from crossdock.canonical.catalogue import COMMAND_TYPES
from crossdock.canonical.commands.people import NotifyInternal
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.codec import encode_json
from crossdock.ports.alerts import Alerts, Cause, Latch
from crossdock.ports.clock import Clock
from crossdock.ports.directory import Directory
from crossdock.ports.store import DeliveryRow, Store

COMMAND = "notify_internal"
OPENED, CLOSED = "alert_opened", "alert_closed"
NOBODYS = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """Who is told, and from which severity on. `channels` are by queue; `default` has the queues without one.

    A cause that comes back within `calm_s` was never gone.
    """

    channels: Mapping[str, str]
    default: str
    severity: int
    calm_s: float

    def channel(self, queue: str) -> str:
        """Where a queue is reached, empty where it is not told."""
        return self.channels.get(queue, self.default)


@dataclass(frozen=True, slots=True)
class Alerter:
    """Several may run: a key goes once, whoever puts it on its way."""

    alerts: Alerts
    store: Store
    directory: Directory
    terms: Terms
    clock: Clock

    async def alert_once(self) -> int:
        """Tell of what appeared and of what is gone; how many words were put on their way.

        Raises:
            Transient: the database is away; nothing was told.
        """
        now = self.clock.now()
        standing = {one.cause: one for one in await self.alerts.causes(self.terms.severity)}
        known = {one.cause: one for one in await self.alerts.latches()}
        fresh = [latched(one, known.get(one.cause), now) for one in standing.values() if is_new(known.get(one.cause))]
        seen = [
            msgspec.structs.replace(known[name], seen=now)
            for name in standing.keys() & known.keys()
            if not is_new(known[name])
        ]
        gone = [msgspec.structs.replace(one, closed=now) for one in known.values() if self._is_over(one, standing, now)]
        rows = await self._rows(fresh, gone, standing, now)
        if fresh or seen or gone:
            await self.alerts.settle([*fresh, *seen, *gone], rows)
        return len(rows)

    def _is_over(self, latch: Latch, standing: Mapping[str, Cause], now: datetime) -> bool:
        calm = timedelta(seconds=self.terms.calm_s)
        return latch.closed is None and latch.cause not in standing and now - latch.seen >= calm

    async def _rows(
        self, fresh: Sequence[Latch], gone: Sequence[Latch], standing: Mapping[str, Cause], now: datetime
    ) -> list[DeliveryRow]:
        partner = self.directory.resolve(Address(Role.OPS))
        said = [(one, opened(one, standing[one.cause])) for one in fresh] + [(one, closed(one)) for one in gone]
        told = [(one, words) for one, words in said if self.terms.channel(one.queue)]
        if partner is None or not told:
            return []
        first = await self.store.reserve_deliveries(len(told))
        kind = COMMAND_TYPES[COMMAND]
        rows = []
        for number, (latch, words) in enumerate(told, first):
            said_to = msgspec.structs.replace(words, channel=self.terms.channel(latch.queue))
            rows.append(
                DeliveryRow(
                    id=number,
                    dossier=NOBODYS,
                    partner=partner.id,
                    type=COMMAND,
                    idempotency_key=key_of(latch, said_to),
                    ordering_key=f"{kind.ordering}:{latch.queue}",
                    lane=kind.priority.value,
                    cause="",
                    traceparent="",
                    payload=encode_json(said_to),
                    due=now,
                )
            )
        return rows


def is_new(latch: Latch | None) -> bool:
    """Whether nobody has been told, or only that it was over."""
    return latch is None or latch.closed is not None


def latched(cause: Cause, before: Latch | None, now: datetime) -> Latch:
    """The latch of a cause that appeared, in its next episode."""
    episode = before.episode + 1 if before is not None else 1
    return Latch(cause.cause, cause.queue, cause.code, cause.since, now, episode, cause.detail)


def opened(latch: Latch, cause: Cause) -> NotifyInternal:
    """The first word."""
    values = {"cases": str(cause.cases), "severity": f"S{cause.severity}", "case": str(cause.case)}
    return _words(latch, OPENED, values)


def closed(latch: Latch) -> NotifyInternal:
    """The last word. `closed` is set."""
    assert latch.closed is not None, "only what is over is told as over"
    minutes = int((latch.closed - latch.opened).total_seconds() // 60)
    return _words(latch, CLOSED, {"minutes": str(minutes)})


def key_of(latch: Latch, words: NotifyInternal) -> str:
    """What the command is known by: once an episode, channel and word."""
    return f"{COMMAND}:{words.cause_event}|{words.channel}|{words.recipient}|{words.template}"


def _words(latch: Latch, template: str, values: Mapping[str, str]) -> NotifyInternal:
    kind = EXCEPTION_TYPES.get(latch.code)
    return NotifyInternal(
        cause_event=f"alert:{latch.cause}#{latch.episode}",
        channel="",
        recipient=latch.queue,
        template=template,
        values={"name": kind.name if kind is not None else latch.code, **values},
        queue=latch.queue,
        code=latch.code,
        detail=latch.detail,
    )
