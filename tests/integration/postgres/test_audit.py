"""The auditor finds each thing that can be lost, stuck, doubled or not what its log comes to, and nothing where all is
well (I1, I2)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import psycopg
import pytest
import pytest_asyncio

from crossdock.app.audit import DIFFERENT, DOUBLED, LOST, STUCK, AuditReport, audit
from crossdock.canonical.vocabulary import Disposition, Priority
from crossdock.kernel.codec import encode_json
from crossdock.ports.audit import Kind
from crossdock.ports.backbone import Publication, Pulled, Standing
from crossdock.ports.store import AlarmRow, LinkRow, WriteSet
from crossdock.postgres.audit import QUESTIONS, PostgresAudit
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.store import PostgresStore
from tests.integration.postgres.rows import NOON, case, delivery, dossier, event, message, quarantined, waiting

LATER = NOON + timedelta(hours=1)


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(postgres_url, size_min=1, size_max=2, name="audit")
    yield opened
    await opened.close()


async def write(store: PostgresStore, rows: WriteSet) -> None:
    async with store.batch() as batch:
        await batch.write(rows)


async def healthy(store: PostgresStore) -> None:
    """One of everything, as a working hub leaves it."""
    rows = WriteSet(
        dossiers=[dossier(1)],
        events=[event(1, 1, message="m1"), event(1, 2, disposition=Disposition.SUPPRESS, message="m1")],
        links=[LinkRow("pro||4", 1)],
        waiting=[waiting("w1", "pro||5", message="m1")],
        quarantine=[quarantined("q1", message="m1")],
        messages=[message("m1", facts=4), message("m2", status="refused")],
        deliveries=[delivery(1, 1)],
        cases=[case("INT-06")],
        alarms=[AlarmRow(1, LATER)],
    )
    await write(store, rows)


def change(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())


def kinds(report: AuditReport) -> set[Kind]:
    return {discrepancy.kind for discrepancy in report.discrepancies}


def test_every_kind_is_asked_for_and_has_one_meaning() -> None:
    assert set(QUESTIONS) == set(Kind) - {Kind.QUEUE_GIVEN_UP, Kind.BYTES_DIFFER} - DIFFERENT
    assert set(Kind) == LOST | STUCK | DOUBLED | DIFFERENT
    assert len(Kind) == len(LOST) + len(STUCK) + len(DOUBLED) + len(DIFFERENT)


class Log:
    """A log with this much in one lane."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    async def publish(self, publications: Sequence[Publication]) -> None:
        raise AssertionError("an audit changes nothing")

    async def pull(self, lane: Priority, count: int, *, wait_s: float) -> Sequence[Pulled]:
        raise AssertionError("an audit takes nothing")

    async def standing(self, lane: Priority) -> Standing:
        return self._standing if lane is Priority.P2 else Standing()


async def test_what_is_queued_is_counted_and_no_discrepancy(pool: Pool) -> None:
    report = await audit(PostgresAudit(pool), NOON, log=Log(Standing(waiting=3, under_way=1)))
    assert (report.verdict, report.queued) == ("pass", Standing(3, 1, 0))


async def test_a_queued_message_nobody_gets_any_more_is_stuck(pool: Pool) -> None:
    report = await audit(PostgresAudit(pool), NOON, log=Log(Standing(given_up=2)))
    assert (report.verdict, report.stuck, kinds(report)) == ("fail", 2, {Kind.QUEUE_GIVEN_UP})


async def test_an_empty_hub_passes(pool: Pool) -> None:
    report = await audit(PostgresAudit(pool), NOON)
    assert report.verdict == "pass"
    assert report.sums.dispositions == dict.fromkeys(Disposition, 0)


async def test_a_healthy_hub_passes_and_its_sums_balance(store: PostgresStore, pool: Pool) -> None:
    await healthy(store)
    report = await audit(PostgresAudit(pool), NOON)
    assert (report.verdict, report.lost, report.stuck, report.doubled) == ("pass", 0, 0, 0)
    sums = report.sums
    assert sums.message_facts == sums.message_rows == 4
    assert sum(sums.dispositions.values()) == sums.events == 2
    assert (sums.dossiers, sums.waiting, sums.quarantine, sums.cases_open) == (1, 1, 1, 1)
    assert sums.messages == {"accepted": 1, "refused": 1}
    assert sums.deliveries == {"open": 1}
    assert b'"verdict":"pass"' in encode_json(report)


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        ("delete from event where seq = 2", Kind.MESSAGE_SUM),
        ("delete from waiting; delete from waiting_ident", Kind.MESSAGE_SUM),
        ("delete from message where id = 'm1'", Kind.MESSAGE_SUM),
        ("delete from event where seq = 1", Kind.LOG_GAP),
        ("delete from dossier", Kind.LOG_WITHOUT_DOSSIER),
        ("delete from event", Kind.DOSSIER_WITHOUT_LOG),
        ("insert into link (ident, dossier) values ('pro||6', 99)", Kind.LINK_WITHOUT_DOSSIER),
        ("delete from waiting_ident", Kind.WAITING_UNREACHABLE),
        ("insert into dossier select 2, ident, label, version, state from dossier", Kind.DOSSIER_DOUBLED),
        (
            """insert into event (dossier, occurred, received, seq, disposition, type, partner, body)
            select dossier, occurred, received, 3, disposition, type, partner, body from event where seq = 1""",
            Kind.FACT_APPLIED_TWICE,
        ),
        (
            """insert into delivery_log (id, dossier, created, ended, attempts, outcome, partner, type,
            idempotency_key, detail, reference, payload) select 2, dossier, due, due, 1, 'delivered',
            partner, type, idempotency_key, '', '', payload from delivery""",
            Kind.COMMAND_DOUBLED,
        ),
        (
            """drop index exception_case_open; insert into exception_case (code, subject, slot, dossier, severity,
            queue, detail, cause_open, opened) select code, subject, slot, dossier, severity, queue, detail,
            cause_open, opened from exception_case""",
            Kind.CASE_DOUBLED,
        ),
    ],
)
async def test_what_is_lost_or_doubled_is_found(
    store: PostgresStore, pool: Pool, postgres_url: str, damage: str, kind: Kind
) -> None:
    await healthy(store)
    change(postgres_url, damage)
    report = await audit(PostgresAudit(pool), NOON)
    assert report.verdict == "fail"
    assert kind in kinds(report)
    assert report.lost if kind in LOST else report.doubled or report.stuck


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        ("select 1", Kind.DELIVERY_OVERDUE),
        ("update delivery set claimed_until = due", Kind.DELIVERY_OVERDUE),
        ("select 1", Kind.ALARM_OVERDUE),
        ("insert into link (ident, dossier) values ('pro||5', 1)", Kind.WAITING_BUT_LINKED),
        (
            """insert into delivery_log (id, dossier, created, ended, attempts, outcome, partner, type,
            idempotency_key, detail, reference, payload, echo_pending) select 2, dossier, due, due, 1,
            'delivered', partner, type, 'other', '', '', payload, true from delivery""",
            Kind.ECHO_OVERDUE,
        ),
    ],
)
async def test_what_should_have_moved_and_did_not_is_stuck(
    store: PostgresStore, pool: Pool, postgres_url: str, damage: str, kind: Kind
) -> None:
    await healthy(store)
    change(postgres_url, damage)
    report = await audit(PostgresAudit(pool), NOON + timedelta(hours=2))
    assert report.stuck
    assert kind in kinds(report)
    assert kind not in kinds(await audit(PostgresAudit(pool), NOON, grace=timedelta(minutes=1)))


@pytest.mark.parametrize(
    "reason",
    [
        "insert into partner_gate (partner, paused) values ('wms', true)",
        "insert into partner_gate (partner, breaker_state) values ('wms', 'open')",
        "update delivery set state = 'parked'",
        "update delivery set claimed_until = due + interval '1 day'",
    ],
)
async def test_a_delivery_that_waits_for_a_known_reason_is_not_stuck(
    store: PostgresStore, pool: Pool, postgres_url: str, reason: str
) -> None:
    await healthy(store)
    change(postgres_url, reason)
    report = await audit(PostgresAudit(pool), NOON + timedelta(hours=2))
    assert Kind.DELIVERY_OVERDUE not in kinds(report)


async def test_commands_behind_a_parked_one_of_their_key_are_not_stuck(
    store: PostgresStore, pool: Pool, postgres_url: str
) -> None:
    await write(store, WriteSet(dossiers=[dossier(1)], events=[event(1)], deliveries=[delivery(1, 1), delivery(2, 1)]))
    change(postgres_url, "update delivery set state = 'parked' where id = 1")
    report = await audit(PostgresAudit(pool), LATER)
    assert report.verdict == "pass"


async def test_examples_are_bounded_and_counts_are_not(store: PostgresStore, pool: Pool) -> None:
    links = [LinkRow(f"pro||{number:03}", 9) for number in range(30)]
    await write(store, WriteSet(links=links))
    report = await audit(PostgresAudit(pool), NOON)
    assert report.lost == 30
    assert [each.subject for each in report.discrepancies] == [f"pro||{number:03}" for number in range(20)]
