"""The outbox port in memory over a `MemoryStore`; it passes the same suite as PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import msgspec

from crossdock.ports.outbox import (
    Answered,
    Ask,
    Backlog,
    Claimed,
    Echo,
    End,
    Ending,
    Gate,
    Phase,
    Pick,
    Pulse,
    Requeue,
)
from crossdock.ports.store import CaseRow, DeliveryRow
from crossdock.testing.store import MemoryStore

ANSWERS = ("command.acknowledged", "command.refused")
ABOUT_A_COMMAND = ("INT-06", "INT-07")
# As far along the line as PostgreSQL looks.
OVERDUE_AMONG, URGENT_AMONG = 100, 200


class OpenRow(msgspec.Struct, frozen=True):
    """One delivery that is not over. `call` and `claimed_until` are those of a call under way."""

    row: DeliveryRow
    due: datetime
    phase: Phase = Phase.OPEN
    attempts: int = 0
    strikes: int = 0
    first_tried: datetime | None = None
    claimed_until: datetime | None = None
    call: int = 0
    parked_before: bool = False
    detail: str = ""


class Run(msgspec.Struct, frozen=True):
    """One run that is over."""

    row: DeliveryRow
    run: int
    ending: Ending
    at: datetime
    detail: str
    reference: str


class MemoryOutbox:
    """Open deliveries by partner, in dictionaries. One event loop; turns of one partner must not overlap."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._read = 0
        self.open: dict[str, dict[int, OpenRow]] = {}
        self.gates: dict[str, Gate] = {}
        self.log: list[Run] = []
        self.owed: dict[tuple[int, int], Run] = {}

    def rows(self, partner: str) -> dict[int, OpenRow]:
        """The open deliveries to a partner, by id; what was committed since the last look is among them."""
        for row in self._store.deliveries[self._read :]:
            self.open.setdefault(row.partner, {})[row.id] = OpenRow(row, row.due)
        self._read = len(self._store.deliveries)
        return self.open.setdefault(partner, {})

    async def pulse(self, partner: str, now: datetime) -> Pulse:
        """See `Outbox.pulse`."""
        rows = self.rows(partner)
        resting = [row for row in rows.values() if row.claimed_until is None and row.phase is not Phase.PARKED]
        leases = [row.claimed_until for row in rows.values() if row.claimed_until is not None]
        due = [row.due for row in resting if row.due <= now and not _is_behind(row, rows)]
        return Pulse(
            min([*due, *(at for at in leases if at <= now)], default=None),
            min([*(row.due for row in resting if row.attempts and row.due > now), *(at for at in leases if at > now)],
                default=None),
        )  # fmt: skip

    @asynccontextmanager
    async def turn(self, partner: str, now: datetime) -> AsyncIterator[MemoryTurn]:
        """See `Outbox.turn`; what it changes is kept aside until the block ends well."""
        turn = MemoryTurn(self.rows(partner), self.gates.get(partner, Gate(partner)), now)
        yield turn
        self.commit(partner, turn)

    def commit(self, partner: str, turn: MemoryTurn) -> None:
        """Make what a turn did true."""
        rows = self.rows(partner)
        for number in turn.touched:
            if number in turn.rows:
                rows[number] = turn.rows[number]
            else:
                rows.pop(number, None)
        self.gates[partner] = turn.saved or turn.gate
        for run in turn.runs:
            self._end(run, echo=True)
        self.write_cases(turn.told)

    async def gate(self, partner: str) -> Gate:
        """See `Outbox.gate`."""
        return self.gates.get(partner, Gate(partner))

    async def backlog(self, now: datetime) -> list[Backlog]:
        """See `Outbox.backlog`."""
        self.rows("")
        return [self._backlog(partner, now) for partner in sorted(self.open.keys() | self.gates.keys()) if partner]

    async def echoes(self, limit: int) -> list[Echo]:
        """See `Outbox.echoes`."""
        return [self._echo(run) for _, run in sorted(self.owed.items())[:limit]]

    async def echoed(self, echoes: Sequence[Echo]) -> None:
        """See `Outbox.echoed`."""
        for echo in echoes:
            self.owed.pop((echo.id, echo.run), None)

    async def answered(self, limit: int) -> list[Answered]:
        """See `Outbox.answered`."""
        return list(self._answered())[:limit]

    async def acknowledge(self, partner: str, idempotency_key: str, end: End, *, cases: Sequence[CaseRow] = ()) -> bool:
        """See `Outbox.acknowledge`."""
        rows = self.rows(partner)
        found = [one for one in rows.values() if one.row.idempotency_key == idempotency_key and one.attempts]
        for one in found:
            del rows[one.row.id]
            self._end(Run(one.row, one.attempts + 1, end.ending, end.at, end.detail, end.reference), echo=False)
            self._close(one.row)
        if found:
            self.write_cases(cases)
        return bool(found)

    async def arrivals(self) -> AsyncGenerator[str, None]:
        """See `Outbox.arrivals`: nothing is told, so everybody has to look."""
        yield ""

    def retry(self, delivery: int, now: datetime) -> bool:
        """What `Desk.retry` does to a parked delivery."""
        for rows in self.open.values():
            one = rows.get(delivery)
            if one is not None and one.phase is Phase.PARKED:
                rows[delivery] = msgspec.structs.replace(
                    one, phase=Phase.OPEN, due=now, attempts=one.attempts + 1, strikes=0, first_tried=None,
                    parked_before=True,
                )  # fmt: skip
                return True
        return False

    def write_cases(self, rows: Iterable[CaseRow]) -> None:
        """Open or close; one that is open already stays as it is."""
        for row in rows:
            key = (row.code, row.subject, row.slot)
            if row.open and key not in self._store.cases:
                self._store.cases[key] = row
                self._store.case_log.append(row)
            elif not row.open and self._store.cases.pop(key, None) is not None:
                self._store.case_log.append(row)

    def _close(self, row: DeliveryRow) -> None:
        for key in [key for key in self._store.cases if key[0] in ABOUT_A_COMMAND and key[2] == row.idempotency_key]:
            del self._store.cases[key]

    def _end(self, run: Run, *, echo: bool) -> None:
        self.log.append(run)
        if echo:
            self.owed[run.row.id, run.run] = run

    def _answered(self) -> Iterator[Answered]:
        self.rows("")
        waiting = [one for rows in self.open.values() for one in rows.values()
                   if one.phase in (Phase.AWAITING, Phase.PARKED) and one.first_tried is not None]  # fmt: skip
        for one in sorted(waiting, key=lambda one: one.row.id):
            row, since = one.row, one.first_tried
            heard = [
                event
                for (dossier, _), event in self._store.events.items()
                if dossier == row.dossier and event.partner == row.partner and event.type in ANSWERS
                and since is not None and event.received >= since and event.key.endswith(f"|{row.idempotency_key}")
            ]  # fmt: skip
            if heard:
                last = max(heard, key=lambda event: event.seq)
                yield Answered(
                    row.id, row.dossier, row.partner, row.type, row.idempotency_key, row.ordering_key, row.lane,
                    last.type == "command.refused", f"{last.dossier}.{last.seq}",
                )  # fmt: skip

    def _echo(self, run: Run) -> Echo:
        row = run.row
        dossier = self._store.dossiers.get(row.dossier)
        return Echo(
            row.id, run.run, dossier.ident if dossier else "", row.type, row.idempotency_key, row.ordering_key,
            row.partner, row.cause, row.traceparent, row.payload, run.ending, run.reference, run.detail, run.at,
        )  # fmt: skip

    def _backlog(self, partner: str, now: datetime) -> Backlog:
        rows = list(self.open.get(partner, {}).values())
        gate = self.gates.get(partner, Gate(partner))
        line = [row for row in rows if row.phase is not Phase.PARKED]
        return Backlog(
            partner,
            len(line),
            sum(1 for row in line if row.attempts and row.claimed_until is None),
            sum(1 for row in line if row.phase is not Phase.OPEN),
            len(rows) - len(line),
            sum(1 for row in rows if row.claimed_until is not None and row.claimed_until > now),
            min((row.row.due for row in line), default=None),
            gate.breaker,
            gate.paused,
        )


class MemoryTurn:
    """One turn: a partner's rows and gate, changed aside."""

    def __init__(self, rows: dict[int, OpenRow], gate: Gate, now: datetime) -> None:
        self.rows = dict(rows)
        self.gate = gate
        self.saved: Gate | None = None
        self.touched: set[int] = set()
        self.runs: list[Run] = []
        self.told: list[CaseRow] = []
        lapsed = [row for row in rows.values() if row.claimed_until is not None and row.claimed_until <= now]
        for one in lapsed:
            phase = Phase.AWAITING if one.phase is Phase.AWAITING else Phase.UNKNOWN
            self._change(one, claimed_until=None, strikes=one.strikes + 1, phase=phase)
        self.lapsed = len(lapsed)
        self.in_flight = len({row.call for row in self.rows.values() if row.claimed_until is not None})

    async def claim(self, ask: Ask) -> list[Claimed]:
        """See `Turn.claim`."""
        for picked in _picked(self.rows, ask):
            found = sorted(picked, key=lambda one: (one[0], one[1].row.id))
            if found:
                return [self._claim(place, lane, one, ask) for place, (lane, one) in enumerate(found)]
        return []

    async def settle(self, requeues: Sequence[Requeue], ends: Sequence[End]) -> frozenset[int]:
        """See `Turn.settle`."""
        settled: set[int] = set()
        for requeue in requeues:
            one = self._mine(requeue.id, requeue.tries)
            if one is not None:
                settled.add(requeue.id)
                self._change(
                    one, phase=requeue.phase, due=requeue.due, strikes=requeue.strikes, detail=requeue.detail,
                    claimed_until=None,
                )  # fmt: skip
        for end in ends:
            one = self._mine(end.id, end.tries)
            if one is None:
                continue
            settled.add(end.id)
            self.runs.append(Run(one.row, one.attempts, end.ending, end.at, end.detail, end.reference))
            if end.ending is Ending.PARKED:
                self._change(one, phase=Phase.PARKED, detail=end.detail, claimed_until=None, parked_before=True)
            else:
                self.touched.add(end.id)
                del self.rows[end.id]
        return frozenset(settled)

    async def cases(self, rows: Sequence[CaseRow]) -> None:
        """See `Turn.cases`."""
        self.told.extend(rows)

    async def save(self, gate: Gate) -> None:
        """See `Turn.save`."""
        self.saved = gate

    def _mine(self, number: int, tries: int) -> OpenRow | None:
        one = self.rows.get(number)
        return one if one is not None and one.attempts == tries and one.phase is not Phase.PARKED else None

    def _claim(self, place: int, lane: int, one: OpenRow, ask: Ask) -> Claimed:
        call = place // ask.batch + ask.token
        first = one.first_tried or ask.now
        self._change(one, claimed_until=ask.lease_until, call=call, attempts=one.attempts + 1, first_tried=first)
        row = one.row
        return Claimed(
            row.id, row.dossier, row.type, row.idempotency_key, row.ordering_key, lane, row.cause, row.traceparent,
            row.payload, row.due, one.phase, one.attempts + 1, one.strikes, first, call, one.parked_before,
        )  # fmt: skip

    def _change(self, one: OpenRow, **changes: object) -> None:
        self.rows[one.row.id] = msgspec.structs.replace(one, **changes)
        self.touched.add(one.row.id)


def _is_behind(one: OpenRow, rows: dict[int, OpenRow]) -> bool:
    """Whether an earlier command of its ordering key is not over yet."""
    key, number = one.row.ordering_key, one.row.id
    return any(other.row.id < number and other.row.ordering_key == key for other in rows.values())


def _picked(rows: dict[int, OpenRow], ask: Ask) -> Iterator[list[tuple[int, OpenRow]]]:
    """The rows this pick means, with the lane they are served in; where there are two ways, one after the other."""
    first, last = ask.lanes
    line = sorted(
        (one for one in rows.values() if first <= one.row.lane <= last), key=lambda one: (one.row.lane, one.row.id)
    )
    most = ask.calls * ask.batch

    def free(one: OpenRow) -> bool:
        return one.claimed_until is None and one.phase in ask.phases and not _is_behind(one, rows)

    def taken(among: Iterable[OpenRow]) -> list[tuple[int, OpenRow]]:
        return [(one.row.lane, one) for one in among if one.due <= ask.due and free(one)][:most]

    if ask.pick is Pick.LINE:
        yield taken(line)
    elif ask.pick is Pick.OVERDUE:
        yield taken(line[:OVERDUE_AMONG])
    elif ask.pick is Pick.AHEAD:
        urgent = [one for one in sorted(rows.values(), key=lambda one: one.row.id)
                  if one.row.lane == 0 and one.claimed_until is None and one.phase is not Phase.PARKED]  # fmt: skip
        keys = {one.row.ordering_key for one in urgent[:URGENT_AMONG]}
        earliest: dict[str, OpenRow] = {}
        for one in sorted(rows.values(), key=lambda one: one.row.id):
            if one.row.ordering_key in keys:
                earliest.setdefault(one.row.ordering_key, one)
        yield [(0, one) for _, one in taken(earliest.values())]
    else:
        yield taken(one for one in line if not one.attempts)
        tried = sorted((one for one in line if one.attempts and free(one)), key=lambda one: one.attempts)
        yield [(one.row.lane, one) for one in tried[:most]]
