"""The store keeps what it was given, all of it or nothing, and gives it back as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.errors import Bug, Conflict, Rejected
from crossdock.ports.store import AlarmRow, LinkRow, Redisposed, WriteSet
from crossdock.postgres.connection import open_pool
from crossdock.postgres.packing import unpack_keyed
from crossdock.postgres.store import DELIVERY_BLOCK, DOSSIER_BLOCK, PostgresStore
from crossdock.postgres.views import PostgresViews
from tests.integration.postgres.rows import NOON, case, delivery, dossier, event, message, quarantined, waiting


async def write(store: PostgresStore, rows: WriteSet) -> None:
    async with store.batch() as batch:
        await batch.write(rows)


def query(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()


async def test_a_dossier_is_found_by_every_identifier_linked_to_it(store: PostgresStore) -> None:
    await write(store, WriteSet(dossiers=[dossier(7, state=b"\x00\xff")], links=[LinkRow("pro||4", 7)]))
    async with store.batch() as batch:
        match = await batch.match(["pro||4", "order||SO-7", "pro||5"])
    assert match.links == {"pro||4": (7,), "order||SO-7": (7,)}
    assert match.dossiers == {7: dossier(7, state=b"\x00\xff")}


async def test_an_identifier_two_dossiers_own_names_both(store: PostgresStore) -> None:
    rows = WriteSet(dossiers=[dossier(1), dossier(2)], links=[LinkRow("pro||4", 1), LinkRow("pro||4", 2)])
    await write(store, rows)
    async with store.batch() as batch:
        match = await batch.match(["pro||4"])
    assert sorted(match.links["pro||4"]) == [1, 2]
    assert set(match.dossiers) == {1, 2}


async def test_dossiers_asked_for_by_id_come_without_identifiers(store: PostgresStore) -> None:
    await write(store, WriteSet(dossiers=[dossier(1), dossier(2)]))
    async with store.batch() as batch:
        match = await batch.match([], [2, 99])
    assert match.links == {}
    assert match.dossiers == {2: dossier(2)}


async def test_history_leaves_out_what_is_evidence_only(store: PostgresStore) -> None:
    left_out = {Disposition.SUPPRESS, Disposition.REJECT, Disposition.QUARANTINE}
    events = [
        event(1, seq, disposition=disposition, folded=disposition not in left_out)
        for seq, disposition in enumerate(Disposition, start=1)
    ]
    await write(store, WriteSet(dossiers=[dossier(1)], events=events))
    async with store.batch() as batch:
        history = await batch.history([1])
    assert {fact.disposition for fact in history} == set(Disposition) - left_out
    assert all(fact.received == NOON and fact.dossier == 1 for fact in history)


async def test_bodies_are_kept_byte_for_byte(store: PostgresStore, postgres_url: str) -> None:
    bodies = [bytes(range(256)), b"", b"x" * 100_000]
    events = [event(1, seq, body=body) for seq, body in enumerate(bodies, start=1)]
    await write(store, WriteSet(dossiers=[dossier(1)], events=events))
    stored = query(postgres_url, "select body from event order by seq")
    assert [unpack_keyed(packed) for (packed,) in stored] == [(row.body, row.key) for row in events]


async def test_a_redisposed_fact_says_what_became_of_it(store: PostgresStore, postgres_url: str) -> None:
    await write(store, WriteSet(dossiers=[dossier(1)], events=[event(1, disposition=Disposition.HOLD)]))
    change = Redisposed(1, 1, Disposition.APPLY, "FO-16 PACKED>HANDED_OVER", "released by 1.2")
    await write(store, WriteSet(dossiers=[dossier(1, 2)], redisposed=[change]))
    assert query(postgres_url, "select disposition, transitions, reason from event") == [
        (0, "FO-16 PACKED>HANDED_OVER", "released by 1.2")
    ]


async def test_redisposing_a_fact_that_is_not_stored_is_our_bug(store: PostgresStore) -> None:
    with pytest.raises(Bug, match="not stored"):
        await write(store, WriteSet(redisposed=[Redisposed(1, 1, Disposition.APPLY, "", "")]))


async def test_a_waiting_fact_is_found_once_and_leaves_when_released(store: PostgresStore, postgres_url: str) -> None:
    fact = waiting("w1", "pro||4", "bol||9")
    await write(store, WriteSet(waiting=[fact]))
    async with store.batch() as batch:
        assert await batch.waiting_under(["bol||9", "pro||4"]) == [fact]
        await batch.write(WriteSet(released=["w1"]))
    async with store.batch() as batch:
        assert await batch.waiting_under(["bol||9", "pro||4"]) == []
    assert query(postgres_url, "select * from waiting_ident") == []


async def test_a_fact_in_quarantine_is_freed_once(store: PostgresStore, postgres_url: str) -> None:
    await write(store, WriteSet(quarantine=[quarantined("q1")]))
    await write(store, WriteSet(freed=["q1"]))
    assert query(postgres_url, "select id from quarantine") == []
    with pytest.raises(Conflict, match="freed by another operator"):
        await write(store, WriteSet(freed=["q1"]))


async def test_a_case_opens_once_and_closes_with_its_proof(store: PostgresStore, postgres_url: str) -> None:
    await write(store, WriteSet(cases=[case("INT-06")]))
    await write(store, WriteSet(cases=[case("INT-06", cause="1.2")]))
    await write(store, WriteSet(cases=[case("INT-06", opened=False, cause="1.3")]))
    seen = query(postgres_url, "select code, occurrences, cause_open, cause_closed, closed from exception_case")
    assert seen == [("INT-06", 2, "1.1", "1.3", NOON)]


async def test_an_open_case_takes_other_words_and_counts_no_second_time(
    store: PostgresStore, postgres_url: str
) -> None:
    await write(store, WriteSet(cases=[case("INT-06"), case("INT-07")]))
    reworded = replace(case("INT-06", cause=""), detail="look there", reworded=True)
    await write(store, WriteSet(cases=[reworded, case("INT-07", opened=False), replace(reworded, code="INT-07")]))
    seen = query(postgres_url, "select code, occurrences, cause_open, detail from exception_case order by code")
    assert seen == [("INT-06", 1, "1.1", "look there"), ("INT-07", 1, "1.1", "look")]


@pytest.mark.proves("X-01")
async def test_a_case_opened_closed_and_opened_in_one_batch_is_one_open_case(
    store: PostgresStore, postgres_url: str
) -> None:
    cases = [case("INT-06"), case("INT-06", opened=False, cause="1.2"), case("INT-06", cause="1.3"), case("SHP-01")]
    await write(store, WriteSet(cases=cases))
    columns = "code, cause_open, cause_closed, proof_before, reopened, occurrences"
    seen = query(postgres_url, f"select {columns} from exception_case order by code, id")
    assert seen == [("INT-06", "1.1", "", "1.2", 1, 2), ("SHP-01", "1.1", "", "", 0, 1)]


async def test_closing_a_case_that_is_not_open_does_nothing(store: PostgresStore, postgres_url: str) -> None:
    await write(store, WriteSet(cases=[case("INT-06", opened=False)]))
    assert query(postgres_url, "select * from exception_case") == []


async def test_a_dossier_has_one_alarm_that_moves_and_goes(store: PostgresStore, postgres_url: str) -> None:
    later = NOON + timedelta(hours=1)
    await write(store, WriteSet(alarms=[AlarmRow(1, NOON), AlarmRow(2, NOON)]))
    await write(store, WriteSet(alarms=[AlarmRow(1, NOON), AlarmRow(1, later), AlarmRow(2, None)]))
    assert query(postgres_url, "select dossier, due from alarm") == [(1, later)]


async def test_deliveries_messages_and_quarantine_are_kept(store: PostgresStore, postgres_url: str) -> None:
    rows = WriteSet(deliveries=[delivery(5, 1)], messages=[message("m1", facts=3)], quarantine=[quarantined("q1")])
    await write(store, rows)
    assert query(postgres_url, "select id, dossier, idempotency_key, state, attempts from delivery") == [
        (5, 1, "key-5", "open", 0)
    ]
    assert query(postgres_url, "select id, facts, body from message") == [("m1", 3, b"ISA")]
    assert query(postgres_url, "select id, lane, body from quarantine") == [("q1", "", b"\x00\xff")]


@pytest.mark.parametrize("status", ["duplicate", "refused"])
async def test_only_accepted_messages_claim_a_control_number(store: PostgresStore, status: str) -> None:
    await write(store, WriteSet(messages=[message("m1", control="77")]))
    await write(store, WriteSet(messages=[message("m2", control="77", status=status)]))
    with pytest.raises(Conflict):
        await write(store, WriteSet(messages=[message("m3", control="77")]))


@pytest.mark.parametrize(
    "rows",
    [
        WriteSet(events=[event(1), event(2**63)]),
        WriteSet(dossiers=[dossier(1), dossier(2, ident="order||SO\x00")]),
        WriteSet(dossiers=[dossier(1), dossier(2, ident="order||\ud800")]),
        WriteSet(dossiers=[dossier(1)], events=[event(1, body=b"{}"), event(1, 2**31)]),
        WriteSet(dossiers=[dossier(1)], messages=[message("m1", status="lost")]),
    ],
    ids=["big number", "NUL", "half a character", "big sequence", "unknown word"],
)
async def test_a_value_the_database_cannot_hold_is_rejected_with_all_of_its_batch(
    store: PostgresStore, postgres_url: str, rows: WriteSet
) -> None:
    with pytest.raises(Rejected):
        await write(store, rows)
    assert query(postgres_url, "select id from dossier") == []
    assert query(postgres_url, "select seq from event") == []


async def test_nothing_of_a_batch_that_fails_later_is_stored(store: PostgresStore, postgres_url: str) -> None:
    async def fail_after_writing() -> None:
        async with store.batch() as batch:
            await batch.write(WriteSet(dossiers=[dossier(1)], events=[event(1)]))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_writing()
    assert query(postgres_url, "select id from dossier") == []


async def test_dossier_numbers_rise_and_never_repeat_over_stores(store: PostgresStore, postgres_url: str) -> None:
    other = await PostgresStore.open(postgres_url)
    firsts = [await each.reserve_dossiers(1000) for each in (store, other, store, other)]
    await other.close()
    taken = [number for first in firsts for number in range(first, first + 1000)]
    assert len(set(taken)) == 4000


async def test_later_delivery_numbers_are_higher_whoever_reserves_them(store: PostgresStore, postgres_url: str) -> None:
    other = await PostgresStore.open(postgres_url)
    firsts = [await each.reserve_deliveries(3) for each in (store, other, store, other)]
    await other.close()
    assert firsts == sorted(firsts)
    assert len(set(firsts)) == 4


@pytest.mark.parametrize("count", [0, -1, DOSSIER_BLOCK + 1])
async def test_reservations_are_bounded(store: PostgresStore, count: int) -> None:
    with pytest.raises(Bug, match=f"at most {DOSSIER_BLOCK}"):
        await store.reserve_dossiers(count)
    assert DELIVERY_BLOCK >= DOSSIER_BLOCK


async def test_updates_of_dossiers_are_hot(store: PostgresStore, postgres_url: str) -> None:
    await write(store, WriteSet(dossiers=[dossier(number, state=b"s" * 500) for number in range(1, 301)]))
    await write(store, WriteSet(dossiers=[dossier(number, 2, state=b"t" * 500) for number in range(1, 301)]))
    await store.close()
    with psycopg.connect(postgres_url) as connection:
        connection.execute("select pg_stat_force_next_flush()")
        row = connection.execute(
            "select n_tup_hot_upd, n_tup_upd from pg_stat_user_tables where relname = 'dossier'"
        ).fetchone()
    assert row is not None
    assert row[1] == 300
    # A page filled to 70 % has room for the new versions of 42 % of its rows; the space of the old is used by the next.
    assert row[0] >= 100


async def test_a_type_its_key_begins_with_is_stored_once_and_read_all_the_same(
    store: PostgresStore, postgres_url: str
) -> None:
    named, other = delivery(1, 1, key="release_to_warehouse:SO-1|WH-1"), delivery(2, 1, key="release_to_warehouses:1")
    await write(store, WriteSet(dossiers=[dossier(1)], deliveries=[named, other]))
    columns = "type, created, due"
    assert query(postgres_url, f"select {columns} from delivery order by id") == [
        (None, None, named.due),
        ("release_to_warehouse", None, other.due),
    ]
    pool = await open_pool(postgres_url, size_min=1, size_max=1, name="views")
    seen = await PostgresViews(pool).commands(1)
    await pool.close()
    assert [(one.type, one.created) for one in seen] == [(row.type, row.due) for row in (named, other)]
