"""`Ingest`: a batch of arrivals to a list of receipts, whatever it takes to keep one bad fact from stopping the
others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from crossdock.app.fold.conclude import elapsed_timer
from crossdock.app.fold.dossier import Timer, unpack
from crossdock.app.ingest.arrival import Arrival, Item
from crossdock.app.ingest.batch import BatchRun
from crossdock.app.ingest.causes import message_cases
from crossdock.app.ingest.correlate import identifiers
from crossdock.app.ingest.parts import Parts
from crossdock.app.ingest.portions import portions
from crossdock.app.ingest.rows import write_set
from crossdock.app.ingest.shared import parts_of
from crossdock.app.intake import Receipt
from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.errors import Conflict, Rejected
from crossdock.kernel.instant import micros
from crossdock.ports.store import MessageRow, QuarantineRow, WriteSet

# Another worker's batch can win the version fence a few times in a row; more than this is a livelock worth an error.
CONFLICTS_MAX = 20


class Ingest:
    """The hot path. Safe to run on any number of workers at once: the store's version fence decides, not luck."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    async def take(self, arrivals: Sequence[Arrival], messages: Sequence[MessageRow] = ()) -> list[Receipt]:
        """Commit a batch; one receipt each, in order. `messages` are kept whole in the same transaction.

        A batch the database refuses is split until the culprit stands alone; that one is quarantined.

        Raises:
            Transient: the store is away, or the fence was lost too often; nothing was taken, send again.
        """
        more: Counter[str] = Counter()
        for arrival in arrivals:
            for portion in portions(arrival):
                await self._take(portion)
                more[arrival.message] += len(portion)
        return await self._take(arrivals, counting(messages, more))

    async def _take(self, arrivals: Sequence[Arrival], messages: Sequence[MessageRow] = ()) -> list[Receipt]:
        for _ in range(CONFLICTS_MAX):
            try:
                return await self._attempt(arrivals, messages)
            except Conflict:
                continue
            except Rejected as refusal:
                return await self._split(arrivals, messages, refusal)
        raise Conflict("other workers kept changing the same orders: send again")

    async def wake(self, dossiers: Sequence[int], now: datetime) -> int:
        """Fold `timer.elapsed` for every timer of these dossiers that is due, and set their alarms anew."""
        for _ in range(CONFLICTS_MAX):
            try:
                return await self._wake(dossiers, now)
            except Conflict:
                continue
        raise Conflict("other workers kept changing the same orders: the alarms stay set and ring again")

    async def _attempt(self, arrivals: Sequence[Arrival], messages: Sequence[MessageRow]) -> list[Receipt]:
        async with self.parts.store.batch() as transaction:
            run = BatchRun(self.parts, transaction, self.parts.clock.now())
            parts = [[item_of(part) for part in parts_of(arrival)] for arrival in arrivals]
            await run.work([item for items in parts for item in items])
            rows = await write_set(run)
            more: Counter[str] = Counter()
            for arrival, items in zip(arrivals, parts, strict=True):
                more[arrival.message] += len(items) - 1
            rows.messages.extend(counting(messages, more))
            rows.cases.extend(message_cases(messages, run.now))
            await transaction.write(rows)
        run.remember()
        return [receipt_of(items[0]) for items in parts]

    async def _split(
        self, arrivals: Sequence[Arrival], messages: Sequence[MessageRow], refusal: Rejected
    ) -> list[Receipt]:
        if len(arrivals) > 1:
            middle = len(arrivals) // 2
            first = await self._take(arrivals[:middle], messages)
            return first + await self._take(arrivals[middle:])
        if not arrivals:
            raise refusal
        return [await self._quarantine(arrivals[0], messages, refusal.detail)]

    async def _quarantine(self, arrival: Arrival, messages: Sequence[MessageRow], reason: str) -> Receipt:
        item = item_of(arrival)
        identity = f"q{self.parts.dice.bits(80):020x}"
        row = QuarantineRow(
            id=identity,
            partner=arrival.partner.id,
            body=arrival.body,
            received=item.received_at,
            reason=reason,
            code="INT-02",
            message=arrival.message,
        )
        async with self.parts.store.batch() as transaction:
            await transaction.write(WriteSet(quarantine=[row], messages=list(messages)))
        return Receipt("accepted", Disposition.QUARANTINE, quarantine_id=identity, reason=reason)

    async def _wake(self, dossiers: Sequence[int], now: datetime) -> int:
        async with self.parts.store.batch() as transaction:
            run = BatchRun(self.parts, transaction, now)
            match = await transaction.match((), sorted(dossiers))
            items: list[Item] = []
            told: dict[int, list[Timer]] = {}
            for row in match.dossiers.values():
                due = [timer for timer in unpack(row.state).timers if timer.due_us <= micros(now)]
                told[row.id] = sorted(due, key=lambda timer: timer.due_us)
                for timer in told[row.id]:
                    body, fact = elapsed_timer(row.ident, timer, self.parts.ourselves, now)
                    item = Item(fact, body, self.parts.ourselves, (), now, dossier=row.id, trusted=True)
                    items.append(item)
            run.adopt(match, rang=True)
            await run.work(items)
            for dossier, timers in told.items():
                run.sessions[dossier].forget_elapsed(timers)
            await transaction.write(await write_set(run))
        run.remember()
        return len(items)


def counting(messages: Sequence[MessageRow], more: Mapping[str, int]) -> Sequence[MessageRow]:
    """The messages, with as many facts more as theirs were divided into: each of them is kept in a place of its own."""
    if not any(more.values()):
        return messages
    return [msgspec.structs.replace(one, facts=one.facts + more.get(one.id, 0)) for one in messages]


def item_of(arrival: Arrival) -> Item:
    """A fresh item; an attempt that lost the fence starts from a new one."""
    fact = arrival.fact
    return Item(
        fact,
        arrival.body,
        arrival.partner,
        identifiers(fact),
        fact.received_at,
        message=arrival.message,
        traceparent=arrival.traceparent,
        dossier=arrival.dossier,
        cause=fact.causation_id,
    )


def receipt_of(item: Item) -> Receipt:
    """What the sender is told."""
    if item.place == "event":
        return Receipt(
            "accepted", item.disposition, event_id=item.place_id, reason=item.reason, transitions=item.transitions
        )
    if item.place == "waiting":
        return Receipt("accepted", Disposition.HOLD, waiting_id=item.place_id, reason=item.reason)
    return Receipt("accepted", Disposition.QUARANTINE, quarantine_id=item.place_id, reason=item.reason)
