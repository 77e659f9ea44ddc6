"""`Ingest`: a batch of arrivals to a list of receipts, whatever it takes to keep one bad fact from stopping the
others."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from datetime import datetime

from crossdock.app.fold.conclude import elapsed_timer
from crossdock.app.fold.dossier import Timer, unpack
from crossdock.app.ingest.arrival import Arrival, Item
from crossdock.app.ingest.batch import BatchRun
from crossdock.app.ingest.bundle import Bundle, Entered, bundles, item_of, items_in
from crossdock.app.ingest.causes import message_cases
from crossdock.app.ingest.parts import Parts
from crossdock.app.ingest.portions import finished, portions, unfinished
from crossdock.app.ingest.rows import write_set
from crossdock.app.ingest.turns import Met, Pace
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
        self._pace = Pace()

    async def take(self, arrivals: Sequence[Arrival], messages: Sequence[MessageRow] = ()) -> list[Receipt]:
        """Commit a batch; one receipt each, in order. `messages` are kept whole in the same transaction.

        A batch the database refuses is split until the culprit stands alone; that one is quarantined.

        Raises:
            Transient: the store is away, or the fence was lost too often; nothing was taken, send again.
        """
        kept = {message.id: message for message in messages}
        taken: Counter[str] = Counter()
        for arrival in arrivals:
            message = kept.get(arrival.message)
            for portion in portions(arrival):
                before = taken[arrival.message]
                taken[arrival.message] += len(portion)
                told = [unfinished(message, before + len(portion), renews=before > 0)] if message is not None else []
                await self._take(portion, told)
        return await self._take(arrivals, [finished(message, taken[message.id]) for message in messages])

    async def _take(self, arrivals: Sequence[Arrival], messages: Sequence[MessageRow] = ()) -> list[Receipt]:
        receipts: dict[int, Receipt] = {}
        await self._turns(bundles(arrivals, messages), receipts)
        return [receipts[place] for place in range(len(arrivals))]

    async def _turns(self, left: deque[Bundle], receipts: dict[int, Receipt]) -> None:
        """One transaction; more, and what others are at put off, where other workers are at the same orders."""
        met = Met()
        while left:
            portion = self._pace.portion(left)
            put_off = await self._commit(portion, receipts, met)
            self._pace.went(portion, put_off)
            left.extendleft(reversed(put_off))
            # Whoever could do nothing, or has nothing left but what others are at, waits for them.
            stuck = len(put_off) in (len(portion), len(left))
            met = Met(put_off if stuck else ())

    async def _commit(self, portion: list[Bundle], receipts: dict[int, Receipt], met: Met) -> list[Bundle]:
        """One transaction; returns what of it was put off."""
        for _ in range(CONFLICTS_MAX):
            try:
                return await self._attempt(portion, receipts, met)
            except Conflict:
                self._pace.went(portion, portion)
            except Rejected as refusal:
                await self._split(portion, receipts, refusal)
                return []
        raise Conflict("other workers kept changing the same orders: send again")

    async def wake(self, dossiers: Sequence[int], now: datetime) -> int:
        """Fold `timer.elapsed` for every timer of these dossiers that is due, and set their alarms anew."""
        met = Met()
        for _ in range(CONFLICTS_MAX):
            try:
                return await self._wake(dossiers, now, met)
            except Conflict:
                continue
        raise Conflict("other workers kept changing the same orders: the alarms stay set and ring again")

    async def _attempt(self, portion: list[Bundle], receipts: dict[int, Receipt], met: Met) -> list[Bundle]:
        async with self.parts.store.batch() as transaction:
            await met.wait(transaction)
            run = BatchRun(self.parts, transaction, self.parts.clock.now())
            entered = [Entered.of(bundle) for bundle in portion]
            try:
                theirs = await run.look(items_in(entered))
                mine = [one for one in entered if not theirs or theirs.isdisjoint(map(id, items_in([one])))]
                await run.work(items_in(mine))
                await transaction.write(await rows_of(run, mine))
            except Conflict:
                met.lost(run)
                raise
        run.remember()
        for one in mine:
            first = (receipt_of(items[0]) for items in one.items)
            receipts.update(zip(one.bundle.places, first, strict=True))
        taken = {id(one.bundle) for one in mine}
        return [bundle for bundle in portion if id(bundle) not in taken]

    async def _split(self, portion: list[Bundle], receipts: dict[int, Receipt], refusal: Rejected) -> None:
        """Each half by itself, until the culprit stands alone; that one is quarantined."""
        lone = portion[0]
        if len(portion) > 1:
            middle = len(portion) // 2
            halves = portion[:middle], portion[middle:]
        elif len(lone.arrivals) > 1:
            halves = lone.halves()
        elif lone.arrivals:
            receipts[lone.places[0]] = await self._quarantine(lone.arrivals[0], lone.messages, refusal.detail)
            return
        else:
            raise refusal
        for half in halves:
            await self._turns(deque(half), receipts)

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

    async def _wake(self, dossiers: Sequence[int], now: datetime, met: Met) -> int:
        async with self.parts.store.batch() as transaction:
            await met.wait(transaction)
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
            try:
                await run.work(items)
                for dossier, timers in told.items():
                    run.sessions[dossier].forget_elapsed(timers)
                await transaction.write(await write_set(run))
            except Conflict:
                met.lost(run)
                raise
        run.remember()
        return len(items)


async def rows_of(run: BatchRun, entered: Sequence[Entered]) -> WriteSet:
    """What the batch came to, with the messages its facts were read from."""
    rows = await write_set(run)
    for one in entered:
        rows.messages.extend(one.messages())
        rows.cases.extend(message_cases(one.bundle.messages, run.now))
    return rows


def receipt_of(item: Item) -> Receipt:
    """What the sender is told."""
    if item.place == "event":
        return Receipt(
            "accepted", item.disposition, event_id=item.place_id, reason=item.reason, transitions=item.transitions
        )
    if item.place == "waiting":
        return Receipt("accepted", item.disposition, waiting_id=item.place_id, reason=item.reason)
    return Receipt("accepted", Disposition.QUARANTINE, quarantine_id=item.place_id, reason=item.reason)
