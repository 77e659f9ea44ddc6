"""Figures out of a real database: every statement runs, is bounded, and says what stands there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import pytest_asyncio

from crossdock.ports.measured import METRICS
from crossdock.ports.metrics import Kind
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.readings import PoolReadings, PostgresReadings

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

Found = dict[tuple[str, ...], float]


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    pool = await open_pool(postgres_url, size_min=1, size_max=2, name="figures")
    yield pool
    await pool.close()


async def read(pool: Pool) -> Found:
    return {(one.metric.name, *one.labels): one.value for one in await PostgresReadings(pool).read(NOW)}


def given(url: str, *statements: tuple[str, tuple[object, ...]]) -> None:
    with psycopg.connect(url) as connection:
        for statement, values in statements:
            connection.execute(statement.encode(), values)


async def test_an_empty_hub_has_its_figures_and_none_is_wrong(pool: Pool) -> None:
    found = await read(pool)
    assert found["crossdock_timers_late",] == 0
    assert found["crossdock_waiting_age_seconds",] == 0
    assert found["crossdock_database_bytes",] > 1_000_000


async def test_what_waits_is_told_by_partner_with_its_age(pool: Pool, postgres_url: str) -> None:
    delivery = (
        "insert into delivery (id, dossier, created, due, lane, state, partner, type, idempotency_key, cause,"
        " claimed_by, detail, payload) values (%s, 1, null, %s, 1, %s, 'wms-a', 't', %s, '', '', '', '')"
    )
    given(
        postgres_url,
        (delivery, (1, NOW - HOUR, "open", "a")),
        (delivery, (2, NOW - 2 * HOUR, "awaiting", "b")),
        (
            "insert into waiting values (%s, %s, 'w1', 'order.released', 'erp', 'k', 'why', '', '{}', '')",
            (NOW - HOUR, NOW),
        ),
        (
            "insert into quarantine values (%s, 0, 'q1', 'erp', '', 'MDM-03', 'why', '', '')",
            (NOW - 3 * HOUR,),
        ),
        ("insert into alarm (dossier, due) values (1, %s), (2, %s)", (NOW - HOUR, NOW + HOUR)),
    )
    found = await read(pool)
    assert (found["crossdock_deliveries", "wms-a", "ready"], found["crossdock_deliveries", "wms-a", "awaiting"]) == (
        1,
        1,
    )
    assert found["crossdock_delivery_age_seconds", "wms-a"] == 7200
    assert found["crossdock_acks_overdue", "wms-a"] == 1
    assert (found["crossdock_waiting_facts", "erp"], found["crossdock_waiting_age_seconds",]) == (1, 3600)
    assert (found["crossdock_quarantined_facts", "erp", "MDM-03"], found["crossdock_quarantine_age_seconds",]) == (
        1,
        10800,
    )
    assert (found["crossdock_timers_late",], found["crossdock_timer_lag_seconds",]) == (1, 3600)


async def test_cases_are_told_by_queue_with_age_deadline_and_price(pool: Pool, postgres_url: str) -> None:
    case = (
        "insert into exception_case (dossier, opened, severity, code, subject, slot, queue, detail, cause_open, closed)"
        " values (1, %s, %s, 'TRN-04', %s, '', 'TRN', '', '', %s) returning id"
    )
    given(
        postgres_url,
        (case, (NOW - HOUR, 2, "a", None)),
        (case, (NOW - 2 * HOUR, 2, "b", None)),
        (case, (NOW - 9 * HOUR, 1, "c", NOW)),
    )
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "insert into case_desk (case_id, severity, state, due_resolve, price, currency)"
            " select id, severity, 'OPEN', %s, 250, 'EUR' from exception_case",
            (NOW - timedelta(minutes=1),),
        )
    found = await read(pool)
    assert found["crossdock_cases_open", "TRN", "2", "TRN-04"] == 2
    assert found["crossdock_case_age_seconds", "TRN"] == 7200
    assert found["crossdock_cases_overdue", "TRN"] == 2
    assert found["crossdock_cases_price", "TRN", "EUR"] == 500


async def test_a_reader_that_lags_is_told_how_far(pool: Pool, postgres_url: str) -> None:
    cursor = "insert into relay_cursor (name, tx, dossier, seq, updated) values ('relay', 1, 0, 0, now())"
    facts = (
        "insert into event (dossier, occurred, received, recorded, seq, disposition, type, partner, body)"
        " select 1, %s, %s, %s, n, 0, 't', 'erp', '' from generate_series(1, 3) n"
    )
    given(postgres_url, (cursor, ()), (facts, (NOW - HOUR,) * 3))
    found = await read(pool)
    assert (found["crossdock_reader_behind_facts", "relay"], found["crossdock_reader_lag_seconds", "relay"]) == (
        3,
        3600,
    )


async def test_messages_nobody_could_use_count_until_they_were_run_again(pool: Pool, postgres_url: str) -> None:
    message = (
        "insert into message (id, received, facts, partner, channel, content_type, status, control, sha256, findings,"
        " body, original) values (%s, %s, 0, 'erp', 'http', '', %s, '', '', '', '', %s)"
    )
    given(
        postgres_url,
        (message, ("m1", NOW - 5 * HOUR, "refused", "")),
        (message, ("m2", NOW - 2 * HOUR, "refused", "")),
        (message, ("m3", NOW - HOUR, "accepted", "m1")),
    )
    found = await read(pool)
    assert (found["crossdock_unused_messages", "erp"], found["crossdock_unused_age_seconds",]) == (1, 7200)
    assert found["crossdock_replayed_messages", "erp"] == 1


async def test_connections_are_told_by_pool(pool: Pool) -> None:
    found = {(one.metric.name, *one.labels): one.value for one in await PoolReadings((pool,)).read(NOW)}
    assert found["crossdock_pool_connections", "figures", "most"] == 2
    assert found["crossdock_pool_queue", "figures"] == 0


@pytest.mark.parametrize("name", ["crossdock_partner_silence_seconds", "crossdock_reconciliation_breaks"])
def test_what_is_read_is_a_gauge(name: str) -> None:
    assert [one.kind for one in METRICS if one.name == name] == [Kind.GAUGE]
