"""What every outbox promises (`ports.outbox`), held against PostgreSQL and against the one in memory."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import pytest_asyncio

from crossdock.app.deliver.cases import NOT_ACKNOWLEDGED, command_case
from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.outbox import Ask, BreakerState, Claimed, End, Ending, Gate, Outbox, Phase, Pick, Requeue
from crossdock.ports.store import DeliveryRow, DossierRow, EventRow, Store, WriteSet
from crossdock.postgres.outbox import PostgresOutbox
from crossdock.postgres.store import PostgresStore
from crossdock.testing.outbox import MemoryOutbox
from crossdock.testing.store import MemoryStore

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEASE_END = NOON + timedelta(seconds=20)
WMS = "wms-nl1"
_ids = itertools.count(1)


class Dock(msgspec.Struct):
    """An outbox and the store whose commands it delivers."""

    store: Store
    outbox: Outbox

    async def put(self, *rows: DeliveryRow) -> None:
        async with self.store.batch() as batch:
            await batch.write(WriteSet(deliveries=list(rows)))

    async def claim(self, now: datetime = NOON, **changes: object) -> list[Claimed]:
        """What may go now, claimed and committed."""
        ask = Ask((Phase.OPEN,), (0, 3), 10, 1, now, now, now + timedelta(seconds=20), 1000)
        async with self.outbox.turn(WMS, now) as turn:
            return await turn.claim(msgspec.structs.replace(ask, **changes))

    async def end(self, row: Claimed, ending: Ending = Ending.DELIVERED) -> frozenset[int]:
        async with self.outbox.turn(WMS, NOON) as turn:
            return await turn.settle([], [End(row.id, row.tries, ending, NOON, "so it was", "REF-1")])


@pytest.fixture
def memory_dock() -> Dock:
    """An empty one in memory."""
    store = MemoryStore()
    return Dock(store, MemoryOutbox(store))


@pytest_asyncio.fixture
async def postgres_dock(postgres_url: str, store: PostgresStore) -> AsyncIterator[Dock]:
    """An empty one on a database of the test's own."""
    outbox = await PostgresOutbox.open(postgres_url, pool_max=2)
    yield Dock(store, outbox)
    await outbox.close()


@pytest.fixture(params=["memory", "postgres"])
def dock(request: pytest.FixtureRequest) -> Dock:
    """Each adapter in turn."""
    opened: Dock = request.getfixturevalue(f"{request.param}_dock")
    return opened


def command(key: str, *, order: str = "SO-1", lane: int = 1, due: datetime = NOON) -> DeliveryRow:
    """A command; ids rise in the order of calling."""
    number = next(_ids)
    return DeliveryRow(number, 7, WMS, "create_fulfilment_order", key, order, lane, "7.3", "", b"{}", due)


def keys(rows: list[Claimed]) -> list[str]:
    """What they are called."""
    return [row.idempotency_key for row in rows]


async def test_of_a_key_the_earliest_goes_and_of_a_lane_the_oldest(dock: Dock) -> None:
    await dock.put(command("a"), command("b"), command("c", order="SO-2"), command("urgent", order="SO-3", lane=0))
    assert keys(await dock.claim()) == ["urgent", "a", "c"]
    assert keys(await dock.claim()) == []


async def test_calls_are_numbered_from_the_token_and_hold_so_many_rows(dock: Dock) -> None:
    await dock.put(*(command(f"c{number}", order=f"SO-{number}") for number in range(5)))
    taken = await dock.claim(calls=2, batch=2)
    assert [(row.idempotency_key, row.call) for row in taken] == [
        ("c0", 1000), ("c1", 1000), ("c2", 1001), ("c3", 1001),
    ]  # fmt: skip


async def test_what_is_delivered_is_owed_to_its_dossier_once(dock: Dock) -> None:
    async with dock.store.batch() as batch:
        await batch.write(WriteSet(dossiers=[DossierRow(7, "order||SO-1", 1, "ORD NEW", bytes(40))]))
    await dock.put(command("a"), command("b"))
    (taken,) = await dock.claim()
    assert await dock.end(taken) == {taken.id}
    (echo,) = await dock.outbox.echoes(10)
    assert (echo.ident, echo.idempotency_key, echo.run, echo.ending) == ("order||SO-1", "a", 1, Ending.DELIVERED)
    await dock.outbox.echoed([echo])
    assert await dock.outbox.echoes(10) == []
    assert keys(await dock.claim()) == ["b"]


async def test_a_lapsed_lease_leaves_the_outcome_unknown_and_counts(dock: Dock) -> None:
    await dock.put(command("a"))
    (first,) = await dock.claim()
    async with dock.outbox.turn(WMS, LEASE_END) as turn:
        assert (turn.lapsed, turn.in_flight) == (1, 0)
    assert keys(await dock.claim(LEASE_END)) == []
    (again,) = await dock.claim(LEASE_END, phases=(Phase.UNKNOWN,))
    assert (again.phase, again.tries, again.strikes, again.first_tried) == (Phase.UNKNOWN, 2, 1, NOON)
    assert await dock.end(first) == frozenset(), "who held it before is fenced off"


async def test_what_is_put_back_waits_until_it_is_due(dock: Dock) -> None:
    await dock.put(command("a"))
    (taken,) = await dock.claim()
    later = NOON + timedelta(minutes=5)
    async with dock.outbox.turn(WMS, NOON) as turn:
        assert turn.in_flight == 1
        await turn.settle([Requeue(taken.id, taken.tries, Phase.OPEN, later, 1, "503")], [])
    assert keys(await dock.claim()) == []
    pulse = await dock.outbox.pulse(WMS, NOON)
    assert (pulse.due_since, pulse.next_due) == (None, later)
    assert keys(await dock.claim(later)) == ["a"]


async def test_what_is_parked_keeps_its_key_back_until_its_partner_answers(dock: Dock) -> None:
    await dock.put(command("a"), command("b"))
    (taken,) = await dock.claim()
    await dock.end(taken, Ending.PARKED)
    assert keys(await dock.claim()) == []
    heard = EventRow(
        7, 1, "command.acknowledged", Disposition.RECORD, WMS, NOON, NOON, b"{}", "command.acknowledged|order:SO-1|a"
    )
    async with dock.store.batch() as batch:
        await batch.write(WriteSet(events=[heard]))
    (answer,) = await dock.outbox.answered(10)
    assert (answer.id, answer.refused, answer.event) == (taken.id, False, "7.1")
    assert await dock.outbox.acknowledge(WMS, "a", End(answer.id, 0, Ending.DELIVERED, NOON, "answered"))
    assert not await dock.outbox.acknowledge(WMS, "a", End(answer.id, 0, Ending.DELIVERED, NOON, "answered"))
    assert keys(await dock.claim()) == ["b"]
    assert [echo.ending for echo in await dock.outbox.echoes(10)] == [Ending.PARKED]


async def test_the_picks_beside_the_line(dock: Dock) -> None:
    old, fresh = NOON - timedelta(hours=2), NOON
    await dock.put(
        command("first", order="SO-9", lane=3, due=fresh),
        command("urgent", order="SO-9", lane=0, due=fresh),
        command("old", order="SO-2", lane=2, due=old),
    )
    hour_ago = NOON - timedelta(hours=1)
    assert keys(await dock.claim(pick=Pick.OVERDUE, due=hour_ago, lanes=(2, 2), calls=1)) == ["old"]
    (ahead,) = await dock.claim(pick=Pick.AHEAD, lanes=(1, 3))
    assert (ahead.idempotency_key, ahead.lane) == ("first", 0)


async def test_a_probe_takes_what_was_tried_least_due_or_not(dock: Dock) -> None:
    await dock.put(command("a"), command("b", order="SO-2"))
    first, second = await dock.claim()
    later = NOON + timedelta(minutes=5)
    async with dock.outbox.turn(WMS, NOON) as turn:
        backs = [Requeue(row.id, row.tries, Phase.OPEN, later, 1, "503") for row in (first, second)]
        await turn.settle(backs, [])
    assert keys(await dock.claim(pick=Pick.PROBE, calls=1)) == ["a"]


async def lose_a_turn(dock: Dock) -> None:
    """Claim, save and fail."""
    async with dock.outbox.turn(WMS, NOON) as turn:
        await turn.claim(Ask((Phase.OPEN,), (0, 3), 1, 1, NOON, NOON, LEASE_END, 1))
        await turn.save(Gate(WMS, failures=3))
        raise RuntimeError("lost")


async def test_what_a_turn_did_is_not_done_when_it_fails(dock: Dock) -> None:
    await dock.put(command("a"))
    with pytest.raises(RuntimeError, match="lost"):
        await lose_a_turn(dock)
    assert (await dock.outbox.gate(WMS)).failures == 0
    assert keys(await dock.claim()) == ["a"]


async def test_the_gate_is_as_the_last_turn_left_it(dock: Dock) -> None:
    open_until = NOON + timedelta(seconds=30)
    async with dock.outbox.turn(WMS, NOON) as turn:
        await turn.save(msgspec.structs.replace(turn.gate, breaker=BreakerState.OPEN, opens=2, open_until=open_until))
    async with dock.outbox.turn(WMS, NOON) as turn:
        assert turn.gate == Gate(WMS, BreakerState.OPEN, opens=2, open_until=open_until)


async def test_the_backlog_counts_what_is_open_and_parked(dock: Dock) -> None:
    await dock.put(command("a"), command("b", order="SO-2"), command("c", order="SO-3"))
    first, second, _ = await dock.claim()
    await dock.end(first, Ending.PARKED)
    async with dock.outbox.turn(WMS, NOON) as turn:
        await turn.cases([command_case(second, NOT_ACKNOWLEDGED, "no answer", "7.3", NOON)])
        await turn.settle([Requeue(second.id, second.tries, Phase.UNKNOWN, NOON, 1, "timeout")], [])
    (line,) = await dock.outbox.backlog(NOON)
    assert (line.open, line.retrying, line.unknown, line.parked, line.in_flight) == (2, 1, 1, 1, 1)
