"""A partner that answers as told, a clock that is moved by hand, and commands in a real outbox."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import psycopg

from crossdock.app.deliver.step import Progress, Route, deliver_once
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.ports.connector import Limits, Manifest, Outbound, Outcome, OutcomeKind, Resolution
from crossdock.ports.directory import Partner
from crossdock.ports.store import DeliveryRow, EventRow, WriteSet
from crossdock.postgres.desk import PostgresDesk
from crossdock.postgres.outbox import PostgresOutbox
from crossdock.postgres.store import PostgresStore

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
DELIVERED = Outcome(OutcomeKind.DELIVERED, reference="WMS-1")
REFUSED = Outcome(OutcomeKind.REFUSED, "unknown item")
DOWN = Outcome(OutcomeKind.TRANSIENT, "503")
TIMED_OUT = Outcome(OutcomeKind.UNKNOWN, "no answer within 10 s")
WMS = Partner("wms-nl1", Role.WMS, "json_wms", name="Venlo")

_ids = itertools.count(1)


class HandClock:
    """ports.clock.Clock, moved by the test."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


class EvenDice:
    """ports.clock.Dice: counts for bits, half for every fraction."""

    def __init__(self) -> None:
        self._next = itertools.count(1_000, 1_000)

    def bits(self, count: int) -> int:
        return next(self._next) % (1 << count)

    def fraction(self) -> float:
        return 0.5


class ScriptedPartner:
    """ports.connector.Sender: the next outcomes as scripted, then `DELIVERED`; remembers every call."""

    def __init__(self, *script: Outcome | Exception, look_ups: Sequence[Outcome] = ()) -> None:
        self.script = deque(script)
        self.look_ups = deque(look_ups)
        self.calls: list[list[Outbound]] = []
        self.asked: list[Outbound] = []

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        self.calls.append(list(commands))
        return [self._next() for _ in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        self.asked.append(command)
        return self.look_ups.popleft()

    @property
    def sent(self) -> list[str]:
        """Idempotency keys in the order they were sent."""
        return [command.idempotency_key for call in self.calls for command in call]

    def _next(self) -> Outcome:
        outcome = self.script.popleft() if self.script else DELIVERED
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class HangingPartner(ScriptedPartner):
    """Takes the call and answers when `let_go` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()
        self.let_go = asyncio.Event()

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        self.calls.append(list(commands))
        self.reached.set()
        await self.let_go.wait()
        return [DELIVERED for _ in commands]


def manifest(resolution: Resolution = Resolution.IDEMPOTENT_RESEND, **limits: object) -> Manifest:
    """A WMS connector's declaration with the limits that matter to a test."""
    return Manifest("json_wms", "WMS", ("WMS",), (), (), resolution, Limits(**limits), "test")


def command(key: str, *, order: str = "SO-1", lane: int = 1, partner: str = WMS.id, dossier: int = 7) -> DeliveryRow:
    """A command due at noon; ids rise in the order of calling."""
    number = next(_ids)
    trace = f"00-{number:032x}-{number:016x}-01"
    return DeliveryRow(
        number, dossier, partner, "create_fulfilment_order", key, order, lane, f"{dossier}.3", trace, b"{}", NOON
    )


class Dock:
    """The outbox, one partner, and everything that is handed in; `step` is one `deliver_once`."""

    def __init__(self, url: str, store: PostgresStore, outbox: PostgresOutbox) -> None:
        self.url = url
        self.store = store
        self.outbox = outbox
        self.clock = HandClock()
        self.dice = EvenDice()
        self.manifest = manifest()

    def desk(self) -> PostgresDesk:
        """An operator's side of the same outbox."""
        return PostgresDesk(self.outbox.pool)

    async def put(self, *commands: DeliveryRow) -> None:
        async with self.store.batch() as batch:
            await batch.write(WriteSet(deliveries=list(commands)))

    async def hear(self, kind: str, key: str, *, at: datetime, seq: int = 1) -> None:
        """Put the partner's own answer to a command into the log of dossier 7."""
        row = EventRow(7, seq, kind, Disposition.APPLY, WMS.id, at, at, b"{}", f"{kind}|order:SO-1|{key}")
        async with self.store.batch() as batch:
            await batch.write(WriteSet(events=[row]))

    async def step(self, sender: ScriptedPartner) -> Progress:
        return await deliver_once(self.outbox, WMS, sender, self.manifest, self.clock, self.dice)

    def route(self, sender: ScriptedPartner) -> Route:
        return Route(WMS, self.manifest, sender)

    async def rows(self, statement: str) -> list[tuple[object, ...]]:
        async with await psycopg.AsyncConnection.connect(self.url) as connection:
            return list(await (await connection.execute(statement)).fetchall())

    async def log(self) -> list[tuple[object, ...]]:
        return await self.rows("select idempotency_key, outcome from delivery_log order by ended, id, attempts")

    async def open(self) -> list[tuple[object, ...]]:
        return await self.rows("select idempotency_key, state from delivery order by id")

    async def cases(self) -> list[tuple[object, ...]]:
        return await self.rows("select code, subject, closed is null from exception_case order by id")
