"""What alarms and the waiting room promise (`ports.alarms`, `ports.waiting`), on PostgreSQL and in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import pytest_asyncio

from crossdock.ports.alarms import Alarms
from crossdock.ports.store import AlarmRow, CaseRow, LinkRow, Store, WaitingRow, WriteSet
from crossdock.ports.waiting import WaitingRoom
from crossdock.postgres.alarms import PostgresAlarms
from crossdock.postgres.connection import open_pool
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.waiting import PostgresWaitingRoom
from crossdock.testing.schedule import MemoryAlarms, MemoryWaitingRoom
from crossdock.testing.store import MemoryStore

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=4)
LEASE_END = NOON + timedelta(seconds=30)


class Office(msgspec.Struct):
    """What the schedule role works from."""

    store: Store
    alarms: Alarms
    room: WaitingRoom

    async def put(self, rows: WriteSet) -> None:
        async with self.store.batch() as batch:
            await batch.write(rows)

    async def ring(self, now: datetime, *, limit: int = 10) -> list[int]:
        return await self.alarms.take(now, limit=limit, lease_until=now + timedelta(seconds=30))


@pytest.fixture
def memory_office() -> Office:
    """An empty one in memory."""
    store = MemoryStore()
    return Office(store, MemoryAlarms(store), MemoryWaitingRoom(store))


@pytest_asyncio.fixture
async def postgres_office(postgres_url: str, store: PostgresStore) -> AsyncIterator[Office]:
    """An empty one on a database of the test's own."""
    pool = await open_pool(postgres_url, size_min=1, size_max=2, name="test")
    yield Office(store, PostgresAlarms(pool), PostgresWaitingRoom(pool))
    await pool.close()


@pytest.fixture(params=["memory", "postgres"])
def office(request: pytest.FixtureRequest) -> Office:
    """Each adapter in turn."""
    opened: Office = request.getfixturevalue(f"{request.param}_office")
    return opened


def waiting(name: str, *idents: str) -> WaitingRow:
    """A fact nobody owns yet."""
    return WaitingRow(name, idents, "pod.captured", "tms1", b"{}", f"key|{name}", NOON, LATER, "nobody knows it")


def held_case(slot: str) -> CaseRow:
    """INT-03 about a fact."""
    return CaseRow("INT-03", "SO-1", slot, 7, 3, "INT", "held too long", True, "7.1", NOON)


async def test_an_alarm_is_leased_to_one_and_rings_again_when_the_lease_ends(office: Office) -> None:
    await office.put(WriteSet(alarms=[AlarmRow(1, NOON), AlarmRow(2, NOON - timedelta(minutes=1)), AlarmRow(3, LATER)]))
    assert await office.ring(NOON, limit=1) == [2]
    assert await office.ring(NOON) == [1]
    assert await office.ring(NOON) == []
    assert await office.ring(LEASE_END) == [2, 1]


async def test_an_alarm_set_for_later_by_its_wake_is_anybodys_again(office: Office) -> None:
    soon = NOON + timedelta(seconds=5)
    await office.put(WriteSet(alarms=[AlarmRow(1, NOON), AlarmRow(2, NOON)]))
    assert await office.ring(NOON) == [1, 2]
    await office.put(WriteSet(alarms=[AlarmRow(1, soon), AlarmRow(2, None)]))
    await office.alarms.done([1, 2], NOON, lease_until=LEASE_END)
    assert await office.ring(soon) == [1]


async def test_a_waiting_fact_can_leave_once_an_identifier_has_an_owner(office: Office) -> None:
    await office.put(WriteSet(waiting=[waiting("w1", "pro||1"), waiting("w2", "pro||2", "bol||2")]))
    assert await office.room.releasable(10) == []
    await office.put(WriteSet(links=[LinkRow("bol||2", 7)]))
    assert [row.id for row in await office.room.releasable(10)] == ["w2"]


async def test_a_fact_past_its_time_is_told_until_it_has_a_case(office: Office) -> None:
    await office.put(WriteSet(waiting=[waiting("w1", "pro||1")], links=[]))
    assert await office.room.overdue(NOON, 10) == []
    (late,) = await office.room.overdue(LATER, 10)
    assert (late.row.id, late.dossier) == ("w1", 0)
    case = CaseRow("INT-01", "pro||1", "w1", 0, 3, "INT", "orphan", True, "w1", LATER)
    await office.room.cases([case])
    assert await office.room.overdue(LATER, 10) == []
    assert await office.room.left(("INT-01", "INT-03"), LATER, 10) == []


async def test_what_was_said_again_stands_behind_the_first_until_that_has_left(office: Office) -> None:
    twice = [waiting("w1", "pro||1"), msgspec.structs.replace(waiting("w2", "pro||1", "bol||2"), key="key|w1")]
    await office.put(WriteSet(waiting=[*twice, waiting("w3", "pro||1")]))
    assert [late.row.id for late in await office.room.overdue(LATER, 10)] == ["w1", "w3"]
    cases = [CaseRow("INT-01", "pro||1", name, 0, 3, "INT", "orphan", True, name, LATER) for name in ("w1", "w3")]
    await office.room.cases(cases)
    assert await office.room.overdue(LATER, 10) == []
    await office.put(WriteSet(waiting=[msgspec.structs.replace(twice[0], id="w0")]))
    assert await office.room.overdue(LATER, 10) == [], "the case of one is the case of all"
    await office.put(WriteSet(released=["w0", "w1"]))
    assert [late.row.id for late in await office.room.overdue(LATER, 10)] == ["w2"]


async def test_only_cases_of_the_waiting_room_end_with_it(office: Office) -> None:
    """A fold opens INT-03 too, for a fact on hold in its log; it was closed here, and nobody heard of it again."""
    await office.put(
        WriteSet(cases=[held_case("w9"), held_case("allocation.confirmed|fulfilment_order:SO-1/WH-1/1|0")])
    )
    left = await office.room.left(("INT-01", "INT-03"), LATER, 10)
    assert [(case.slot, case.open) for case in left] == [("w9", False)]
    await office.room.cases(left)
    assert await office.room.left(("INT-01", "INT-03"), LATER, 10) == []
