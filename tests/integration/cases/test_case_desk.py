"""Cases at the desk, in PostgreSQL: prepared, worked, alerted once, closed by proof alone, every act in the chain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest
import pytest_asyncio

from crossdock.app.acts.chain import verify
from crossdock.app.cases.acts import Refusal, Request
from crossdock.app.cases.telling import tell_once
from crossdock.app.cases.watch import CaseWatcher
from crossdock.app.cases.work import CaseLine, CaseWork
from crossdock.app.ingest.use_case import Ingest
from crossdock.app.intake import MessageReceipt, Receipt
from crossdock.bench.trace import PARTNERS, WAREHOUSE, Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.fulfilment import WaveAssigned
from crossdock.canonical.events.last_mile import DeliveryArrived
from crossdock.canonical.events.money import FreightSettled
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.money import Money
from crossdock.ports.cases import CaseFilter, WorkState
from crossdock.ports.directory import Partner
from crossdock.ports.store import CaseRow, QuarantineRow, WriteSet
from crossdock.postgres.case_desk import PostgresCaseDesk
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.poll_cursors import PostgresCursors
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.views import PostgresViews
from crossdock.process.policy import Policy
from crossdock.process.terms.cases import Calendar, CaseTerms, Price
from crossdock.testing.world import OURSELVES, StillClock, World

MONDAY = datetime(2026, 6, 8, 10, tzinfo=UTC)
TERMS = CaseTerms(
    queues={"TRN": "office"},
    prices={"TRN-04": Price(fee=Decimal("250.00"), per_hour=Decimal("40.00"), at_most=Decimal("400.00"))},
)
POLICY = Policy(calendars={"office": Calendar(begin="08:00", end="17:00")}, cases=TERMS)


@dataclass
class Office:
    """The desk, its watcher, and a clock that is told."""

    url: str
    store: PostgresStore
    work: CaseWork
    watcher: CaseWatcher
    clock: StillClock

    async def happen(self, code: str, *, opened: bool = True, severity: int = 2, subject: str = "SO-1") -> None:
        at = self.clock.now()
        row = CaseRow(code, subject, "", 0, severity, code[:3], "look at it", opened, "7.1", at)
        async with self.store.batch() as batch:
            await batch.write(WriteSet(cases=[row]))

    async def after(self, span: timedelta) -> None:
        self.clock.at += span
        while await self.watcher.watch_once():
            pass

    async def only(self, **wanted: str) -> CaseLine:
        page = await self.work.queue(CaseFilter(**wanted), "", 50)  # type: ignore[arg-type]
        assert len(page.items) == 1
        return page.items[0]

    async def do(
        self, case: int, act: str, by: str = "Ana Ruiz", key: str = "k1", **more: object
    ) -> CaseLine | Refusal:
        done = await self.work.act(case, Request(act, by, "because of that", **more), key)  # type: ignore[arg-type]
        assert done is not None
        return done

    async def acts(self, case: int) -> list[str]:
        found = await self.work.case(case)
        assert found is not None
        return [act.act for act in found.timeline]


@pytest_asyncio.fixture
async def pool(postgres_url: str, store: PostgresStore) -> AsyncIterator[Pool]:
    pool = await open_pool(postgres_url, size_min=1, size_max=4, name="cases")
    yield pool
    await pool.close()


@pytest.fixture
def office(postgres_url: str, store: PostgresStore, pool: Pool) -> Office:
    clock, desk = StillClock(MONDAY), PostgresCaseDesk(pool)
    work = CaseWork(desk, PostgresViews(pool), REGISTRIES, POLICY, clock)
    return Office(postgres_url, store, work, CaseWatcher(desk, REGISTRIES, POLICY, clock), clock)


@pytest.mark.proves("X-01", "TRN-04")
async def test_a_case_is_due_by_the_hours_of_its_queue_and_priced_by_the_policy(office: Office) -> None:
    office.clock.at = MONDAY.replace(hour=16, minute=30)
    await office.happen("TRN-04")
    await office.after(timedelta(0))
    line = await office.only(queue="TRN")
    assert line.due_ack == MONDAY.replace(hour=16, minute=45)
    assert line.due_resolve == MONDAY.replace(hour=9, minute=30) + timedelta(days=1)
    assert (line.price is not None and line.price.amount, line.cost) == (Decimal("250.00"), Decimal(0))
    await office.after(timedelta(hours=18, minutes=30))
    assert (await office.only()).cost == Decimal("330.00")
    await office.after(timedelta(days=2))
    assert (await office.only()).cost == Decimal("400.00")


@pytest.mark.proves("X-01")
async def test_the_gravest_comes_first_then_the_dearest_then_the_first_due_in_pages(office: Office) -> None:
    for code, severity in (("WHS-06", 3), ("TRN-05", 2), ("CUS-07", 1), ("TRN-04", 2), ("FIN-08", 2)):
        await office.happen(code, severity=severity)
    await office.after(timedelta(0))
    seen: list[str] = []
    cursor = ""
    while True:
        page = await office.work.queue(CaseFilter(), cursor, 2)
        seen += [line.code for line in page.items]
        cursor = page.next
        if not cursor:
            break
    assert seen == ["CUS-07", "TRN-04", "TRN-05", "FIN-08", "WHS-06"]


@pytest.mark.proves("X-23")
async def test_a_person_takes_waits_and_goes_on_and_the_proof_closes(office: Office) -> None:
    await office.happen("TRN-07", severity=3)
    await office.after(timedelta(0))
    case = (await office.only()).id
    assert (await office.do(case, "take")).state is WorkState.IN_PROGRESS  # type: ignore[union-attr]
    waiting = await office.do(case, "wait", to="NVTR dispatch")
    assert isinstance(waiting, CaseLine)
    assert (waiting.state, waiting.waits_for) == (WorkState.WAITING, "NVTR dispatch")
    assert (await office.do(case, "resume")).state is WorkState.IN_PROGRESS  # type: ignore[union-attr]
    await office.happen("TRN-07", opened=False)
    line = await office.only(state="RESOLVED")
    assert (line.state, line.assignee) == (WorkState.RESOLVED, "Ana Ruiz")
    assert await office.acts(case) == ["taken", "waiting", "resumed"]


@pytest.mark.proves("X-01")
async def test_what_nobody_touched_resolved_itself(office: Office) -> None:
    await office.happen("TRN-07", severity=3)
    await office.happen("TRN-07", opened=False)
    await office.after(timedelta(0))
    assert (await office.only(state="AUTO_RESOLVED")).state is WorkState.AUTO_RESOLVED
    assert (await office.work.queue(CaseFilter(), "", 50)).items == ()


@pytest.mark.proves("X-01")
async def test_alerts_are_latched_and_a_breach_escalates_once(office: Office) -> None:
    await office.happen("WHS-08")
    await office.after(timedelta(minutes=16))
    await office.after(timedelta(seconds=1))
    case = (await office.only()).id
    assert await office.acts(case) == ["half_of_ack"]
    await office.after(timedelta(minutes=15))
    await office.after(timedelta(minutes=1))
    assert await office.acts(case) == ["half_of_ack", "ack_missed"]
    await office.after(timedelta(hours=4))
    for _ in range(3):
        await office.after(timedelta(days=1))
    assert await office.acts(case) == ["half_of_ack", "ack_missed", "escalated"]
    assert ((await office.only()).escalations, (await office.only()).alerts) == (2, 7)


async def test_taking_it_in_time_leaves_only_the_last_deadline(office: Office) -> None:
    await office.happen("WHS-08")
    await office.after(timedelta(minutes=1))
    case = (await office.only()).id
    await office.do(case, "take")
    await office.after(timedelta(hours=2))
    assert await office.acts(case) == ["taken"]


@pytest.mark.proves("X-01", "X-23")
async def test_dismissing_a_grave_case_takes_two_people_with_keys_of_their_own(office: Office) -> None:
    await office.happen("INT-10")
    await office.after(timedelta(0))
    case = (await office.only()).id
    proposed = await office.do(case, "dismiss")
    assert isinstance(proposed, CaseLine)
    assert proposed.state is WorkState.OPEN
    assert isinstance(await office.do(case, "dismiss", by="ana ruiz", key="k2"), Refusal)
    assert isinstance(await office.do(case, "dismiss", by="Bo Chen", key="k1"), Refusal)
    done = await office.do(case, "dismiss", by="Bo Chen", key="k2")
    assert isinstance(done, CaseLine)
    assert (done.state, done.closed) == (WorkState.DISMISSED, None)
    assert (await office.work.queue(CaseFilter(), "", 50)).items == ()
    await office.happen("INT-10", opened=False)
    assert (await office.only(state="DISMISSED")).state is WorkState.DISMISSED


@pytest.mark.proves("X-01")
async def test_no_person_closes_what_the_hub_verifies(office: Office) -> None:
    await office.happen("INT-07")
    await office.after(timedelta(0))
    case = (await office.only()).id
    refused = await office.do(case, "resolve")
    assert isinstance(refused, Refusal)
    assert "ends when what opened it is over" in refused.detail
    assert (await office.only()).closed is None


async def test_what_nothing_verifies_ends_by_a_persons_word_and_is_kept_as_that(office: Office) -> None:
    await office.happen("INT-04", severity=3)
    await office.after(timedelta(0))
    case = (await office.only()).id
    done = await office.do(case, "resolve")
    assert isinstance(done, CaseLine)
    assert (done.state, done.cause_closed) == (WorkState.RESOLVED, "resolved by Ana Ruiz: because of that")
    assert (await office.only(state="RESOLVED")).id == case


@pytest.mark.proves("X-01")
async def test_a_repeat_within_a_day_is_the_same_case_and_one_later_is_another(office: Office) -> None:
    await office.happen("TRN-07", severity=3)
    await office.after(timedelta(0))
    first = await office.only()
    await office.do(first.id, "take")
    await office.happen("TRN-07", opened=False)
    office.clock.at += timedelta(hours=23)
    await office.happen("TRN-07", severity=3)
    await office.after(timedelta(0))
    again = await office.only()
    assert (again.id, again.reopened, again.state, again.assignee) == (first.id, 1, WorkState.ASSIGNED, "Ana Ruiz")
    assert again.due_ack is not None
    assert again.due_ack > office.clock.now()
    assert await office.acts(first.id) == ["taken", "reopened"]
    await office.happen("TRN-07", opened=False)
    office.clock.at += timedelta(hours=25)
    await office.happen("TRN-07", severity=3)
    await office.after(timedelta(0))
    assert (await office.only()).id != first.id


async def test_a_snooze_hides_a_case_until_it_ends_and_never_past_its_deadline(office: Office) -> None:
    await office.happen("WHS-08")
    await office.after(timedelta(0))
    case = (await office.only()).id
    assert isinstance(await office.do(case, "snooze", until=MONDAY + timedelta(hours=9)), Refusal)
    await office.do(case, "take")
    await office.do(case, "snooze", until=MONDAY + timedelta(hours=1))
    assert (await office.work.queue(CaseFilter(), "", 50)).items == ()
    assert (await office.work.queue(CaseFilter(snoozed=True), "", 50)).items != ()
    await office.after(timedelta(hours=1))
    assert (await office.only()).until is None
    assert await office.acts(case) == ["taken", "snoozed", "woken"]


@pytest.mark.proves("X-01")
async def test_the_chain_of_acts_shows_every_tampering(office: Office) -> None:
    for code in ("WHS-08", "TRN-07"):
        await office.happen(code, severity=3)
    await office.after(timedelta(0))
    for line in (await office.work.queue(CaseFilter(), "", 50)).items:
        await office.do(line.id, "take")
        await office.do(line.id, "note")
    assert await verify(office.work.desk) == await verify(office.work.desk)
    assert (await verify(office.work.desk)).broken_at == 0
    with psycopg.connect(office.url, autocommit=True) as connection:
        for statement in ("update act set person = 'x'", "delete from act", "truncate act"):
            with pytest.raises(psycopg.errors.RestrictViolation):
                connection.execute(statement.encode())
        connection.execute("alter table act disable trigger all")
        connection.execute("update act set reason = 'something else' where id = 3")
    assert (await verify(office.work.desk)).broken_at == 3
    with psycopg.connect(office.url, autocommit=True) as connection:
        connection.execute("delete from act where id = 2")
    assert (await verify(office.work.desk)).broken_at == 2


async def test_acts_at_the_same_time_stand_in_one_line(office: Office) -> None:
    await office.happen("TRN-07", severity=3)
    await office.after(timedelta(0))
    case = (await office.only()).id
    await asyncio.gather(*[office.do(case, "note") for _ in range(6)])
    report = await verify(office.work.desk)
    assert (report.acts, report.broken_at) == (6, 0)


@pytest.mark.proves("INT-04", "unauth_repeat")
async def test_a_source_refused_again_and_again_is_graver(office: Office) -> None:
    world = World(PARTNERS, now=office.clock.now())
    world.ingest = Ingest(replace(world.parts, store=office.store))
    order = Order(1, office.clock.now() - timedelta(hours=5))
    told = list(order.facts())
    await world.tell(told[0].partner, told[0].body)
    stranger = next(name for name in PARTNERS if name != told[0].partner)
    for number in range(5):
        body = told[0].body.replace(b'"rev":1', b'"rev":%d' % (number + 2))
        await world.tell(stranger, body)
    await office.after(timedelta(0))
    cases = [line for line in (await office.work.queue(CaseFilter(), "", 50)).items if line.code == "INT-04"]
    assert sum(line.occurrences for line in cases) >= 5
    assert {line.severity for line in cases} == {3}
    assert await office.watcher.raise_repeated() == len(cases)
    assert await office.watcher.raise_repeated() == 0
    cases = [line for line in (await office.work.queue(CaseFilter(), "", 50)).items if line.code == "INT-04"]
    assert {line.severity for line in cases} == {2}


class Heard:
    """An intake that goes straight to the use case."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        return await self.world.tell(partner.id, *bodies)

    async def message(self, *_: object, **__: object) -> MessageReceipt:
        raise AssertionError("acts are facts")


@pytest.mark.proves("X-23")
async def test_what_was_done_about_an_orders_case_is_a_fact_of_that_order_told_once(office: Office, pool: Pool) -> None:
    world = World(PARTNERS | {OURSELVES.id: OURSELVES}, now=office.clock.now())
    world.ingest = Ingest(replace(world.parts, store=office.store))
    told = next(iter(Order(1, office.clock.now() - timedelta(hours=5)).facts()))
    await world.tell(told.partner, told.body)
    (order,) = (await office.work.views.dossiers("order", before=0, limit=2),)
    dossier = order[0].id
    row = CaseRow("TRN-07", "SO-1", "", dossier, 3, "TRN", "no sign of life", True, f"{dossier}.1", MONDAY)
    async with office.store.batch() as batch:
        await batch.write(WriteSet(cases=[row]))
    await office.happen("INT-10", subject="partner|tms1")
    await office.after(timedelta(0))
    for line in (await office.work.queue(CaseFilter(), "", 50)).items:
        await office.do(line.id, "take")
        await office.do(line.id, "note")
        await office.do(line.id, "escalate")
    cursors, heard = PostgresCursors(pool), Heard(world)
    assert await tell_once(office.work.desk, cursors, heard, OURSELVES, office.clock) == 6
    assert await tell_once(office.work.desk, cursors, heard, OURSELVES, office.clock) == 0
    facts = [event.type for event in await office.work.views.events(dossier) if event.type.startswith("exception.")]
    assert sorted(facts) == ["exception.assigned", "exception.escalated"]
    async with pool.connection() as connection:
        assert await (await connection.execute("select count(*) from waiting")).fetchone() == (0,)


@pytest.mark.proves("X-01", "INT-09")
async def test_a_case_of_quarantine_ends_when_nothing_of_it_is_there(office: Office) -> None:
    row = CaseRow("INT-09", "SO-1", "tms1 carrier.accepted", 0, 3, "INT", "two owners", True, "", MONDAY)
    kept = QuarantineRow("q1", "tms1", b"{}", MONDAY, "two owners", "INT-09")
    async with office.store.batch() as batch:
        await batch.write(WriteSet(cases=[row], quarantine=[kept]))
    await office.after(timedelta(0))
    case = (await office.only()).id
    assert isinstance(await office.do(case, "resolve"), Refusal)
    assert await office.watcher.close_cleared() == 0
    async with office.store.batch() as batch:
        await batch.write(WriteSet(freed=["q1"]))
    assert await office.watcher.close_cleared() == 1
    line = await office.only(state="AUTO_RESOLVED")
    assert line.cause_closed == "nothing of it is in quarantine any more"


@pytest.mark.proves("WHS-01")
async def test_a_release_nobody_accepted_is_sent_once_more_under_its_own_key(office: Office) -> None:
    world = World(PARTNERS, now=office.clock.now())
    world.ingest = Ingest(replace(world.parts, store=office.store))
    told = next(iter(Order(1, office.clock.now() - timedelta(hours=5)).facts()))
    await world.tell(told.partner, told.body)
    with psycopg.connect(office.url) as connection:
        sent = connection.execute(
            "with gone as (delete from delivery where idempotency_key like 'create_fulfilment_order:%' returning *)"
            " insert into delivery_log (id, dossier, created, due, ended, attempts, lane, outcome, partner, type,"
            " idempotency_key, ordering_key, cause, detail, reference, payload)"
            " select id, dossier, due, due, due, 1, lane, 'delivered', partner, 'create_fulfilment_order',"
            " idempotency_key, coalesce(ordering_key, ''), cause, '', '', payload from gone"
            " returning dossier, idempotency_key"
        ).fetchall()
    ((dossier, key),) = sent
    subject = key.partition(":")[2].replace("|", "/")
    row = CaseRow("WHS-01", subject, "", dossier, 2, "WHS", "not accepted", True, f"{dossier}.1", MONDAY)
    async with office.store.batch() as batch:
        await batch.write(WriteSet(cases=[row]))
    await office.after(timedelta(0))
    await office.after(timedelta(minutes=1))
    with psycopg.connect(office.url) as connection:
        again = connection.execute("select idempotency_key from delivery where idempotency_key = %s", (key,)).fetchall()
    assert again == [(key,)]
    assert await office.acts((await office.only(queue="WHS")).id) == ["remedied"]


@pytest.mark.proves("Y-39")
async def test_whoever_opens_a_message_that_failed_sees_what_it_is_about_and_whose_it_is(office: Office) -> None:
    """The order, and of it the wave, delivery task or freight movement; who said it, in what words; the team."""
    world = World(PARTNERS, now=office.clock.now())
    world.ingest = Ingest(replace(world.parts, store=office.store))
    order = Order(1, office.clock.now() - timedelta(hours=5))
    for one in [*list(order.facts())[:5], *order.load_facts((order.shipment,))]:
        await world.tell(one.partner, one.body)
    wrong = {
        ("wave.assigned", "fulfilment_order", order.fo): WaveAssigned(
            order_no=order.number, warehouse=WAREHOUSE, wave_no="W-NL-777"
        ),
        ("delivery.arrived", "delivery_task", f"{order.fo}#1"): DeliveryArrived(at=MONDAY, attempt_no=1, task="DT-9"),
        ("freight.settled", "freight_case", order.fo): FreightSettled(
            posted_amount=Money(Decimal("1180.00"), "EUR"), doc_no="5105600123"
        ),
    }
    for (kind, scheme, key), payload in wrong.items():
        source = Source(Role.TMS, "tms1", message_id=f"tms1-{kind}")
        body = make_envelope(kind, Subject(scheme, key), source, Occurrence(MONDAY), payload)
        (receipt,) = await world.tell("tms1", body)
        assert receipt.disposition is Disposition.REJECT
    await office.after(timedelta(0))
    opened = {}
    for line in (await office.work.queue(CaseFilter(), "", 50)).items:
        detail = await office.work.case(line.id)
        assert detail is not None
        opened[detail.claims[0].type] = detail
    assert opened.keys() == {kind for kind, _, _ in wrong}
    said = {"wave.assigned": b"W-NL-777", "delivery.arrived": b"DT-9", "freight.settled": b"5105600123"}
    for kind, _, key in wrong:
        detail = opened[kind]
        assert (detail.ident, detail.case.subject, detail.case.queue) == (f"order||{order.number}", key, "INT")
        assert (detail.claims[0].said_by, detail.claims[0].disposition) == ("tms1", Disposition.REJECT)
        assert said[kind] in bytes(detail.claims[0].payload)
        assert kind in detail.case.slot
        assert "belongs to" in detail.case.detail, "whose it would have been to say"
