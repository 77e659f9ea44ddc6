"""Service levels in PostgreSQL: every row counted once, alerts latched and over by themselves, silence told apart."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import psycopg
import pytest
import pytest_asyncio

from crossdock.app.ingest.use_case import Ingest
from crossdock.app.measuring import Measurer
from crossdock.app.slos.objective import Objective
from crossdock.app.slos.silence import Expectation
from crossdock.app.slos.watch import LevelWatcher
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.fulfilment import FulfilmentCancelled
from crossdock.canonical.events.order import OrderApproved, OrderCancelRequested
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import FactClass, Role
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.instant import Occurrence, Window
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.measures import PostgresMeasures
from crossdock.postgres.slos import PostgresLevels
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.views import PostgresViews
from crossdock.process.policy import Policy
from crossdock.process.terms.release import ReleaseTerms
from crossdock.process.terms.times import TimeTerms
from crossdock.testing.world import StillClock, World

MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@pytest_asyncio.fixture
async def pool(postgres_url: str, store: PostgresStore) -> AsyncIterator[Pool]:
    pool = await open_pool(postgres_url, size_min=1, size_max=2, name="levels")
    yield pool
    await pool.close()


def watcher(pool: Pool, clock: StillClock, *expected: Expectation, **objectives: Objective) -> LevelWatcher:
    return LevelWatcher(PostgresLevels(pool), objectives, {one.partner: one for one in expected}, Policy(), clock)


def sent(url: str, ended: datetime, outcome: str, count: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into delivery_log (id, dossier, created, due, ended, attempts, lane, outcome, partner, type,"
            " idempotency_key, ordering_key, cause, detail, reference, payload)"
            " select coalesce((select max(id) from delivery_log), 0) + n, 1, %s, %s, %s, 1, 1, %s, 'tms1', 't',"
            " n::text, '', '', '', '', '' from generate_series(1, %s) n",
            (ended, ended, ended, outcome, count),
        )


def cases(url: str) -> list[tuple[str, str, bool, int]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "select subject, slot, closed is null, occurrences from exception_case where code = 'INT-10' order by id"
        ).fetchall()


@pytest.mark.proves("INT-10")
async def test_a_burning_budget_opens_one_case_and_it_closes_by_itself(pool: Pool, postgres_url: str) -> None:
    clock = StillClock(datetime(2026, 6, 8, 10, tzinfo=UTC))
    levels = watcher(pool, clock, taken=Objective("deliveries", "tms1", target_pct=Decimal(99)))
    sent(postgres_url, clock.at - 2 * MINUTE, "refused", 10)
    sent(postgres_url, clock.at - 2 * MINUTE, "delivered", 30)
    assert await levels.watch_once() == 1
    assert [await levels.watch_once() for _ in range(3)] == [0, 0, 0]
    assert cases(postgres_url) == [("partner|tms1", "slo taken", True, 1)]
    (budget,) = await levels.standing()
    assert (budget.good, budget.total, budget.attained_pct) == (30, 40, Decimal("75.00"))
    clock.at += 40 * MINUTE
    sent(postgres_url, clock.at - MINUTE, "delivered", 50)
    assert await levels.watch_once() == 1
    assert cases(postgres_url) == [("partner|tms1", "slo taken", False, 1)]
    assert (await levels.standing())[0].total == 90


@pytest.mark.proves("K-16", "K-17")
async def test_latency_and_freshness_are_counted_from_the_log(
    pool: Pool, store: PostgresStore, postgres_url: str
) -> None:
    clock = StillClock(datetime.now(UTC) + MINUTE)
    world = World(PARTNERS, now=clock.at)
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    for one in list(Order(1, clock.at - 5 * HOUR).facts())[:4]:
        await world.tell(one.partner, one.body)
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "insert into delivery_log (id, dossier, created, due, ended, attempts, lane, outcome, partner, type,"
            " idempotency_key, ordering_key, cause, detail, reference, payload)"
            " select n, e.dossier, %(at)s, %(at)s, e.received + n * interval '20 seconds', 1, 1, 'delivered', 'tms1',"
            " 't', n::text, '', e.dossier || '.' || e.seq, '', '', ''"
            " from (select * from event where cause is null order by seq limit 1) e, generate_series(1, 2) n",
            {"at": clock.at},
        )
    clock.at += 2 * MINUTE
    levels = watcher(
        pool,
        clock,
        fast=Objective(priority="P1", within_s=30),
        slow=Objective(priority="P1", within_s=60),
        fresh=Objective("freshness", within_s=60),
        old=Objective("freshness", within_s=86_400),
        readable=Objective("messages"),
        other=Objective(priority="P0", within_s=30),
    )
    await levels.watch_once()
    found = {one.name: (one.good, one.total) for one in await levels.standing()}
    assert found["fast"] == (0, 1)  # two commands of one fact: the later of them counts
    assert found["slow"] == (1, 1)
    assert found["other"] == (0, 0)
    assert (found["fresh"][0], found["old"]) == (0, (4, 4))
    assert found["readable"] == (4, 4)


@pytest.mark.proves("INT-10")
async def test_silence_is_heard_told_and_over(pool: Pool, store: PostgresStore, postgres_url: str) -> None:
    clock = StillClock(datetime.now(UTC) + MINUTE)
    world = World(PARTNERS, now=clock.at)
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    told = list(Order(1, clock.at - 5 * HOUR).facts())
    who = told[0].partner
    agreed = Expectation(who, "The ERP", "order desk", 2 * 3600, 0, {"order.cancelled": 3600, "order.approved": 3600})
    levels = watcher(pool, clock, agreed)
    await world.tell(who, told[0].body)
    clock.at += MINUTE
    assert await levels.watch_once() == 0
    heard = {pulse.lane: pulse for pulse in await PostgresLevels(pool).pulses()}
    assert set(heard) == {"", "order.approved", "order.cancelled"}
    assert heard[""].since == 0
    clock.at += 3 * HOUR
    assert await levels.watch_once() == 1
    assert await levels.watch_once() == 0
    assert cases(postgres_url) == [(f"partner|{who}", "silent", True, 1)]
    with psycopg.connect(postgres_url) as connection:
        connection.execute("update event set recorded = %s", (clock.at + MINUTE / 2,))
    clock.at += MINUTE
    await levels.watch_once()
    assert cases(postgres_url) == [
        (f"partner|{who}", "silent", False, 1),
        (f"partner|{who}", "lane silent order.cancelled", True, 1),
    ]


@pytest.mark.proves("INT-10", "dup_storm_rate")
async def test_a_storm_of_duplicates_is_a_case_until_it_is_over(
    pool: Pool, store: PostgresStore, postgres_url: str
) -> None:
    clock = StillClock(datetime.now(UTC))
    world = World(PARTNERS, now=clock.at)
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    told = next(iter(Order(1, clock.at - 5 * HOUR).facts()))
    for _ in range(25):
        await world.tell(told.partner, told.body)
    levels = watcher(pool, clock)
    assert await levels.watch_once() == 1
    assert cases(postgres_url) == [(f"partner|{told.partner}", "duplicates", True, 1)]
    clock.at += 15 * MINUTE
    assert await levels.watch_once() == 1
    assert cases(postgres_url) == [(f"partner|{told.partner}", "duplicates", False, 1)]


@pytest.mark.proves("INT-08", "TS-12", "TS-16", "skew_case_count")
async def test_a_clock_that_runs_ahead_is_one_case_until_a_day_is_clean(
    pool: Pool, store: PostgresStore, postgres_url: str
) -> None:
    clock = StillClock(datetime.now(UTC))
    world = World(PARTNERS, now=clock.at)
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    await world.tell("erp1", next(iter(Order(1, clock.at - 5 * HOUR).facts())).body)
    levels = dataclasses.replace(watcher(pool, clock), policy=Policy(times=TimeTerms(skew_case_count=2)))
    for ahead in (107, 108, 109):
        await world.tell("nvtr", seen(clock.at + ahead * MINUTE, FactClass.EST))
    assert await levels.watch_clocks_once() == 0, "estimates may lie ahead"
    for ahead in (107, 108, 4):
        await world.tell("nvtr", seen(clock.at + ahead * MINUTE))
    assert await levels.watch_clocks_once() == 0, "two are no more than may be, and four minutes are nothing"
    await world.tell("nvtr", seen(clock.at + 109 * MINUTE))
    assert [await levels.watch_clocks_once() for _ in range(2)] == [1, 0]
    assert clock_cases(postgres_url) == [("partner|nvtr", "clock", True, 3)]
    clock.at += 25 * HOUR
    assert await levels.watch_clocks_once() == 1
    assert clock_cases(postgres_url) == [("partner|nvtr", "clock", False, 3)]


def seen(at: datetime, cls: FactClass = FactClass.ACT) -> bytes:
    payload = TrackingMilestone(milestone=Milestone.ARRIVED_FACILITY)
    source = Source(Role.CAR, "nvtr", message_id=f"{at}")
    subject = Subject("shipment", Order(1, at).fo)
    return make_envelope("tracking.milestone", subject, source, Occurrence(at), payload, cls=cls)


def clock_cases(url: str) -> list[tuple[str, str, bool, int]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "select subject, slot, closed is null, severity from exception_case where code = 'INT-08' order by id"
        ).fetchall()


@pytest.mark.proves("RR-12", "CSR-02")
async def test_an_order_that_looks_like_one_of_the_last_days_is_asked_about_whichever_came_first(
    pool: Pool, store: PostgresStore, postgres_url: str
) -> None:
    clock = StillClock(datetime.now(UTC) + MINUTE)
    world = World(PARTNERS, now=clock.at)
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    for number, day in ((3, 4), (1, 1), (2, 3), (4, 9)):  # told in another order than approved
        await world.tell("erp1", ordered(number, clock.at - 10 * DAY + day * DAY))
    await world.tell("erp1", ordered(5, clock.at - 6 * DAY, customer_po="another"))
    levels = watcher(pool, clock)
    measurer = Measurer(PostgresFeed(pool), PostgresViews(pool), PostgresMeasures(pool), REGISTRIES, Policy())
    while await measurer.measure_once():
        pass
    assert await levels.watch_lookalikes_once() == 3
    assert [await levels.watch_lookalikes_once() for _ in range(2)] == [0, 0]
    found = doubts(postgres_url)
    assert [(one[0], one[2]) for one in found] == [("SO-2", True), ("SO-3", True), ("SO-4", True)]
    assert "the same as SO-1" in found[0][1]
    assert "the same as SO-2" in found[1][1]
    assert "the same as SO-3" in found[2][1]
    off = dataclasses.replace(levels, policy=Policy(release=ReleaseTerms(modes={"RR-12": "off"})))
    assert await off.watch_lookalikes_once() == 0
    await world.tell("erp1", cancelled(3, clock.at - HOUR))
    stopped = FulfilmentCancelled(cancel_id="CR-3", order_no="SO-3", warehouse="WH-NL1")
    here, wms = Subject("fulfilment_order", "SO-3/WH-NL1/1"), Source(Role.WMS, "wms-nl1", message_id="stopped")
    await world.tell("wms-nl1", make_envelope("fulfilment.cancelled", here, wms, Occurrence(clock.at), stopped))
    while await measurer.measure_once():
        pass
    assert await levels.watch_lookalikes_once() >= 1
    assert {one[0]: one[2] for one in doubts(postgres_url)} == {"SO-2": True, "SO-3": False, "SO-4": True}


def ordered(number: int, at: datetime, **changes: object) -> bytes:
    """An order of one customer, always the same one."""
    said = decode_fact(next(iter(Order(1, at).facts())).body, at)
    assert isinstance(said.payload, OrderApproved)
    whole = {"order_no": f"SO-{number}", "customer_po": "PO-77", "requested": Window(), **changes}
    payload = msgspec.structs.replace(said.payload, **whole)
    source = Source(Role.ERP, "erp1", message_id=f"approve-{number}")
    return make_envelope("order.approved", Subject("order", f"SO-{number}"), source, Occurrence(at), payload)


def cancelled(number: int, at: datetime) -> bytes:
    source = Source(Role.ERP, "erp1", message_id=f"cancel-{number}")
    request = OrderCancelRequested(request_id=f"CR-{number}", reason="twice")
    return make_envelope("order.cancel_requested", Subject("order", f"SO-{number}"), source, Occurrence(at), request)


def doubts(url: str) -> list[tuple[str, str, bool]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "select subject, detail, closed is null from exception_case where code = 'CSR-02' and slot = 'RR-12'"
            " order by subject"
        ).fetchall()
