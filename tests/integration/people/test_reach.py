"""Row-level security against the table of roles: every role, verb and reach, in code and by SQL, must say the same."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

from crossdock.kernel.errors import Rejected
from crossdock.ports.acts import Act
from crossdock.ports.cases import CaseFilter
from crossdock.ports.principal import Grant, Kind, Principal, Reach, RoleName, Verb, Whose
from crossdock.ports.reach import confine, confined
from crossdock.postgres.acts import PostgresActs
from crossdock.postgres.case_desk import PostgresCaseDesk
from crossdock.postgres.connection import Pool, open_pool, transaction, translated
from crossdock.postgres.desk import PostgresDesk
from crossdock.postgres.people import PostgresPeople
from crossdock.postgres.views import PostgresViews
from tests.integration.people.conftest import HandClock

# Whose each dossier is; 5 and 6 say nothing, and 6 is no order.
WHOSE: Mapping[int, Whose] = {
    1: Whose(partners=("wms-a", "erp"), sites=("nl-1",), units=("shoes",), customers=("C1",)),
    2: Whose(partners=("wms-b", "erp"), sites=("be-1",), units=("shoes",), customers=("C1",)),
    3: Whose(partners=("wms-a", "wms-b"), sites=("nl-1", "be-1"), units=("hats",), customers=("C2",)),
    4: Whose(partners=("erp",), units=("hats",), customers=("C2",)),
    5: Whose(),
    6: Whose(partners=("nvtr",)),
}
REACHES = (
    Reach(),
    Reach(partners=("wms-a",)),
    Reach(partners=("wms-b", "nvtr")),
    Reach(partners=("nobody",)),
    Reach(sites=("nl-1",)),
    Reach(sites=("be-1", "nl-1")),
    Reach(units=("hats",)),
    Reach(customers=("C1",)),
    Reach(customers=("C1", "C2"), sites=("be-1",)),
    Reach(partners=("erp",), sites=("nl-1",), units=("shoes",), customers=("C1",)),
    Reach(partners=("wms-b",), customers=("C1",)),
    Reach(customers=("' or true --",)),
)
BY_DOSSIER = ("event", "link", "exception_case", "delivery", "order_card", "order_mark", "card_term", "alarm")
CLOSED = ("api_key", "session", "sign_in_link", "person", "person_grant", "idempotency", "measure", "portal_order")
NAMED = {"partners": "partner", "sites": "warehouse", "units": "unit"}


def seed(url: str) -> None:
    with psycopg.connect(url) as connection:
        for dossier, whose in WHOSE.items():
            connection.execute("insert into dossier values (%s, %s, '', 1, '')", (dossier, f"order||SO-{dossier}"))
            connection.execute("insert into link values (%s, %s)", (dossier, f"order||SO-{dossier}"))
            connection.execute("insert into card_term values (%s, %s, 'order')", (dossier, f"SO-{dossier}"))
            for seq, partner in enumerate(whose.partners or ("crossdock",), 1):
                connection.execute(
                    """insert into event (dossier, seq, occurred, received, disposition, type, partner, body)
                    values (%s, %s, now(), now(), 0, 'order.approved', %s, '')""",
                    (dossier, seq, partner),
                )
            for kind, name in NAMED.items():
                for one in getattr(whose, kind):
                    connection.execute("insert into order_mark values (%s, %s)", (dossier, f"{name}|{one}"))
            case(connection, dossier, f"SO-{dossier}")
            delivery(connection, dossier)
            for customer in whose.customers:
                card(connection, dossier, customer)
        case(connection, 0, "wms-a")


def case(connection: psycopg.Connection, dossier: int, subject: str) -> None:
    connection.execute(
        """insert into exception_case (code, subject, slot, dossier, severity, queue, detail, opened, cause_open)
        values ('TRN-07', %s, '', %s, 3, 'TRN', 'late', now(), '')""",
        (subject, dossier),
    )


def delivery(connection: psycopg.Connection, dossier: int) -> None:
    connection.execute(
        """insert into delivery (id, dossier, created, due, attempts, lane, partner, type, idempotency_key,
            ordering_key, payload, state, cause)
        values (%s, %s, now(), now(), 1, 1, 'erp', 'x', %s, 'o', '', 'parked', '1.1')""",
        (dossier, dossier, f"key-{dossier}"),
    )


def card(connection: psycopg.Connection, dossier: int, customer: str) -> None:
    connection.execute(
        """insert into order_card (dossier, order_no, customer, case_sum, cases, severity, grade, customer_name,
            customer_po, currency, flow, label, worst)
        values (%s, %s, %s, 0, 0, 0, 0, '', '', '', '', '', '')""",
        (dossier, f"SO-{dossier}", customer),
    )


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    seed(postgres_url)
    opened = await open_pool(postgres_url, size_min=1, size_max=2, name="reach-test")
    with confined():
        yield opened
    await opened.close()


async def ids(pool: Pool, table: str, column: str = "dossier") -> set[int]:
    wanted = sql.SQL("select distinct {} from {}").format(sql.Identifier(column), sql.Identifier(table))
    async with transaction(pool) as connection:
        rows = await (await connection.execute(wanted)).fetchall()
    return {int(row[0]) for row in rows}


async def count(pool: Pool, table: str) -> int:
    async with transaction(pool) as connection:
        with translated():
            cursor = await connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table)))
            row = await cursor.fetchone()
    return int(row[0]) if row is not None else 0


def somebody(role: RoleName, reach: Reach) -> Principal:
    return Principal("1", "Ana Ruiz", Kind.PERSON, (Grant(role, reach),))


@pytest.mark.proves("Z-02", "Z-16", "Y-34")
async def test_every_role_verb_and_reach_is_the_same_in_code_and_in_the_database(pool: Pool) -> None:
    for role, verb, reach in itertools.product(RoleName, Verb, REACHES):
        who = somebody(role, reach)
        confine(who.reaches(verb))
        allowed = {dossier for dossier, whose in WHOSE.items() if who.may(verb, whose)}
        assert await ids(pool, "dossier", "id") == allowed, (role, verb, reach)


@pytest.mark.parametrize("table", BY_DOSSIER)
async def test_every_table_of_a_dossier_is_confined_like_the_dossier(pool: Pool, table: str) -> None:
    confine(())
    assert await ids(pool, table) == set()
    everywhere = set()
    with confined():
        confine((Reach(),))
        everywhere = await ids(pool, table)
    for reach in REACHES[1:]:
        confine((reach,))
        allowed = {dossier for dossier, whose in WHOSE.items() if reach.holds(whose)}
        of_partner = {0} if table == "exception_case" and reach == Reach(partners=("wms-a",)) else set()
        assert await ids(pool, table) == (everywhere & allowed) | of_partner, reach


async def test_several_grants_reach_what_any_of_them_does(pool: Pool) -> None:
    confine((Reach(sites=("be-1",), customers=("C1",)), Reach(partners=("nvtr",))))
    assert await ids(pool, "dossier", "id") == {2, 6}


@pytest.mark.parametrize("table", CLOSED)
async def test_what_is_nobodys_to_read_is_closed(pool: Pool, table: str) -> None:
    confine((Reach(customers=("C1",)),))
    with pytest.raises(Rejected, match="beyond your reach"):
        await count(pool, table)


async def test_the_limit_ends_with_its_block_and_leaves_no_trace_on_the_connection(pool: Pool) -> None:
    with confined():
        confine((Reach(customers=("C1",)),))
        assert await ids(pool, "dossier", "id") == {1, 2}
        with pytest.raises(ZeroDivisionError):
            async with transaction(pool):
                raise ZeroDivisionError
    assert await ids(pool, "dossier", "id") == set(WHOSE)
    async with transaction(pool) as connection:
        row = await (
            await connection.execute("select current_user, current_setting('crossdock.reach', true)")
        ).fetchone()
    assert row is not None
    assert (row[0] != "crossdock_app", row[1] or "") == (True, "")


async def test_stores_show_and_change_only_what_is_within_reach(pool: Pool) -> None:
    clock, desk, cases = HandClock(), PostgresDesk(pool), PostgresCaseDesk(pool)
    confine((Reach(customers=("C1",)),))
    assert [head.id for head in await PostgresViews(pool).dossiers("order", before=1 << 60, limit=50)] == [2, 1]
    queue = await cases.queue(CaseFilter(), clock.now(), None, 50)
    assert sorted(one.case.dossier for one in queue) == [1, 2]
    assert await cases.case(3) is None
    async with cases.at_desk() as at_desk:
        assert await at_desk.read(3) is None
        assert await at_desk.read(1) is not None
    words = {"reason": "mended", "by": "Ana Ruiz", "key": "person:1", "now": clock.now()}
    assert not await desk.retry(3, **words)
    assert await desk.retry(1, **words)
    with pytest.raises(Rejected):
        await desk.pause("erp", **words)


async def test_an_act_is_appended_whole_and_the_chain_is_not_shown(pool: Pool) -> None:
    clock, acts, desk = HandClock(), PostgresActs(pool), PostgresDesk(pool)
    await acts.keep(clock.now(), "person 7", Act("person_added", "Ines", "k", "starts"))
    confine((Reach(customers=("C1",)),))
    await desk.skip(2, reason="done by hand", by="Ana Ruiz", now=clock.now())
    assert await acts.of("person 7") == []
    assert await acts.chain(0, 10) == []
    with confined():
        confine((Reach(),))
        rows = await acts.chain(0, 10)
    assert [row.act for row in rows] == ["person_added", "skipped"]
    assert rows[1].prev == rows[0].hash


async def test_nobody_confined_reads_who_else_there_is(pool: Pool) -> None:
    confine((Reach(customers=("C1",)),))
    with pytest.raises(Rejected, match="beyond your reach"):
        await PostgresPeople(pool).all()
