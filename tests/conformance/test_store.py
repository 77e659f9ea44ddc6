"""What every store promises (`ports.store`), held against PostgreSQL and against the one in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from crossdock.canonical.vocabulary import Disposition, Lane
from crossdock.kernel.errors import Conflict
from crossdock.ports.store import (
    DossierRow,
    EventRow,
    LinkRow,
    Match,
    QuarantineRow,
    Redisposed,
    Store,
    StoredFact,
    WaitingRow,
    WriteSet,
)
from crossdock.testing.store import MemoryStore

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["memory", "postgres"])
def any_store(request: pytest.FixtureRequest) -> Store:
    """Each adapter in turn."""
    if request.param == "memory":
        return MemoryStore()
    opened: Store = request.getfixturevalue("store")
    return opened


def dossier(number: int, ident: str = "order||SO-1", version: int = 1) -> DossierRow:
    """A dossier at a version."""
    return DossierRow(number, ident, version, f"ORD V{version}", bytes([version]) * 40)


def event(number: int, seq: int, disposition: Disposition = Disposition.APPLY, *, folded: bool = True) -> EventRow:
    """One fact of a log."""
    body = f'{{"fact":{seq}}}'.encode()
    row = EventRow(number, seq, "order.approved", disposition, "erp1", NOON, NOON, body, f"key {seq}", cause="7.1")
    return msgspec.structs.replace(row, folded=folded)


def waiting(name: str, *idents: str) -> WaitingRow:
    """A fact nobody owns yet."""
    return WaitingRow(name, idents, "pod.captured", "tms1", b"{}", "key", NOON, NOON + timedelta(hours=4), "waits")


async def write(store: Store, rows: WriteSet) -> None:
    """One transaction of its own."""
    async with store.batch() as batch:
        await batch.write(rows)


async def match(store: Store, *idents: str) -> Match:
    """What is known under these identifiers."""
    async with store.batch() as batch:
        return await batch.match(idents)


async def history(store: Store, number: int) -> list[StoredFact]:
    """A dossier's log, by number."""
    async with store.batch() as batch:
        return sorted(await batch.history([number]), key=lambda fact: fact.seq)


async def test_a_new_dossier_is_found_under_its_own_and_its_linked_identifiers(any_store: Store) -> None:
    number = await any_store.reserve_dossiers(1)
    await write(any_store, WriteSet(dossiers=[dossier(number)], links=[LinkRow("shipment||SHP-1", number)]))
    found = await match(any_store, "order||SO-1", "shipment||SHP-1", "shipment||SHP-2")
    assert found.links == {"order||SO-1": (number,), "shipment||SHP-1": (number,)}
    assert found.dossiers == {number: dossier(number)}


async def test_a_version_that_was_not_read_is_a_conflict_and_changes_nothing(any_store: Store) -> None:
    number = await any_store.reserve_dossiers(1)
    await write(any_store, WriteSet(dossiers=[dossier(number)]))
    await write(any_store, WriteSet(dossiers=[dossier(number, version=2)]))
    with pytest.raises(Conflict):
        await write(any_store, WriteSet(dossiers=[dossier(number, version=2)], events=[event(number, 1)]))
    assert (await match(any_store, "order||SO-1")).dossiers[number].version == 2
    assert await history(any_store, number) == []


async def test_two_dossiers_for_one_order_are_a_conflict(any_store: Store) -> None:
    first, second = await any_store.reserve_dossiers(1), await any_store.reserve_dossiers(1)
    async with any_store.batch() as batch:
        await batch.match(["order||SO-1"])
        await write(any_store, WriteSet(dossiers=[dossier(first)]))
        with pytest.raises(Conflict):
            await batch.write(WriteSet(dossiers=[dossier(second)]))


async def test_an_identifier_linked_meanwhile_is_a_conflict_for_who_was_told_otherwise(any_store: Store) -> None:
    async with any_store.batch() as batch:
        await batch.match(["bol||1"])
        await write(any_store, WriteSet(links=[LinkRow("bol||1", 7)]))
        with pytest.raises(Conflict):
            await batch.write(WriteSet(waiting=[waiting("w1", "bol||1")]))


async def test_a_fact_that_began_to_wait_meanwhile_is_a_conflict_for_who_links_its_identifier(any_store: Store) -> None:
    async with any_store.batch() as batch:
        await batch.waiting_under(["bol||1"])
        await write(any_store, WriteSet(waiting=[waiting("w1", "bol||1")]))
        with pytest.raises(Conflict):
            await batch.write(WriteSet(links=[LinkRow("bol||1", 7)]))


async def test_what_waits_is_found_by_who_said_it_and_its_key(any_store: Store) -> None:
    other = msgspec.structs.replace(waiting("w3", "bol||3"), partner="tms2")
    await write(any_store, WriteSet(waiting=[waiting("w2", "bol||1"), waiting("w1", "bol||2"), other]))
    async with any_store.batch() as batch:
        assert [row.id for row in await batch.waiting_alike([("tms1", "key"), ("tms2", "no such key")])] == ["w1", "w2"]
        assert await batch.waiting_alike([("tms3", "key")]) == []


async def test_a_waiting_fact_is_released_once(any_store: Store) -> None:
    await write(any_store, WriteSet(waiting=[waiting("w1", "bol||1")]))
    await write(any_store, WriteSet(released=["w1"]))
    with pytest.raises(Conflict):
        await write(any_store, WriteSet(released=["w1"]))


async def test_a_log_gives_back_what_takes_part_in_a_fold(any_store: Store) -> None:
    number = await any_store.reserve_dossiers(1)
    evidence = (Disposition.SUPPRESS, Disposition.REJECT, Disposition.QUARANTINE)
    kinds = (Disposition.APPLY, Disposition.HOLD, Disposition.REJECT, Disposition.SUPPRESS)
    events = [event(number, seq, kind) for seq, kind in enumerate(kinds, 1)]
    events += [event(number, seq, kind, folded=False) for seq, kind in enumerate(evidence, 5)]
    await write(any_store, WriteSet(dossiers=[dossier(number)], events=events))
    found = await history(any_store, number)
    assert [(fact.seq, fact.disposition) for fact in found] == list(enumerate(kinds, 1)), (
        "what a fold said, it hears again"
    )
    assert found[0] == StoredFact(number, 1, b'{"fact":1}', NOON, Disposition.APPLY, "7.1")


async def test_a_held_fact_gets_another_disposition(any_store: Store) -> None:
    number = await any_store.reserve_dossiers(1)
    await write(any_store, WriteSet(dossiers=[dossier(number)], events=[event(number, 1, Disposition.HOLD)]))
    change = Redisposed(number, 1, Disposition.APPLY, "FO-17 SENT>HANDED_OVER", "")
    await write(any_store, WriteSet(dossiers=[dossier(number, version=2)], redisposed=[change]))
    assert [fact.disposition for fact in await history(any_store, number)] == [Disposition.APPLY]


async def test_a_waiting_fact_is_found_under_each_identifier_until_it_is_released(any_store: Store) -> None:
    await write(any_store, WriteSet(waiting=[waiting("w1", "pro|NVTR|1", "bol||B1"), waiting("w2", "bol||B2")]))
    async with any_store.batch() as batch:
        assert await batch.waiting_under(["bol||B1", "pro|NVTR|1"]) == [waiting("w1", "pro|NVTR|1", "bol||B1")]
    await write(any_store, WriteSet(released=["w1"]))
    async with any_store.batch() as batch:
        assert await batch.waiting_under(["bol||B1", "pro|NVTR|1"]) == []


async def test_a_quarantined_fact_is_kept_until_it_is_freed(any_store: Store) -> None:
    row = QuarantineRow("4.2", "wms1", b"{}", NOON, "broke", "INT-02", 4, Lane.WAREHOUSE, "m1")
    await write(any_store, WriteSet(quarantine=[row]))
    async with any_store.batch() as batch:
        assert await batch.quarantined("4.2") == row
        assert await batch.quarantined("4.3") is None
    await write(any_store, WriteSet(freed=["4.2"]))
    async with any_store.batch() as batch:
        assert await batch.quarantined("4.2") is None


async def test_reserved_numbers_are_never_given_twice(any_store: Store) -> None:
    given: set[int] = set()
    for _ in range(5):
        first = await any_store.reserve_deliveries(3)
        fresh = {first, first + 1, first + 2}
        assert given.isdisjoint(fresh)
        given |= fresh
