"""Checks on a real database: our books against a partner's lists and against themselves (domain.md §6)."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import pytest_asyncio

from crossdock.app.ingest.use_case import Ingest
from crossdock.app.measuring import ask
from crossdock.app.reconcile.left import OwnSide
from crossdock.app.reconcile.orders import order_lines, orders
from crossdock.app.reconcile.platform import Platform
from crossdock.app.reconcile.run import Runner, Sources
from crossdock.app.reconcile.service import Reconciler
from crossdock.app.reconcile.sides import Side
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.hub import OURSELVES, REGISTRIES
from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.errors import Rejected, Transient
from crossdock.ports.extracts import Extract, ExtractPage, ExtractRow
from crossdock.ports.reconciliation import ResultRow
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.connection import Pool, open_pool, transaction
from crossdock.postgres.measures import PostgresMeasures
from crossdock.postgres.reconciliation import PostgresReconciliations
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.views import PostgresViews
from crossdock.process.policy import Policy
from crossdock.process.reconciliation.checks import CHECKS
from crossdock.testing.world import World

START = Order(1, World(PARTNERS).clock.now()).start
COUNT = 3


class Listed:
    """A partner's lists, in pages of two; `down` is a system that fails in the middle of one."""

    def __init__(self, lists: dict[str, list[ExtractRow]]) -> None:
        self.lists = lists
        self.down = False

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self.lists)

    async def page(self, kind: str, cursor: str) -> ExtractPage:
        if self.down and cursor:
            raise Transient("the ERP closes for the night")
        start = int(cursor or 0)
        rows = self.lists[kind][start : start + 2]
        return ExtractPage(rows, str(start + 2) if start + 2 < len(self.lists[kind]) else "")


@dataclasses.dataclass
class Bench:
    """A reconciler over a real database, and what belongs to it."""

    world: World
    pool: Pool
    store: PostgresReconciliations
    own: OwnSide
    extracts: dict[str, Extract]
    reconciler: Reconciler
    tried: int = 0

    async def run(self, *checks: str) -> ResultRow:
        self.world.clock.at += timedelta(milliseconds=1)
        return (await self.reconciler.demand(checks))[0]

    async def rows(self, side: Side) -> list[ExtractRow]:
        """Our own rows as a partner that agrees would list them."""
        found = self.own.records(side, self.world.clock.at)
        return [ExtractRow(row.key, row.values, row.since) async for row in found]

    async def cases(self) -> list[tuple[str, str, bool, str]]:
        async with transaction(self.pool) as connection:
            cursor = await connection.execute(
                "select code, subject, closed is null, cause_closed from exception_case"
                " where slot like 'RC-%' order by id"
            )
            return [(row[0], row[1], row[2], row[3]) for row in await cursor.fetchall()]

    async def deliver_all(self) -> None:
        """Every command reached its partner."""
        async with transaction(self.pool) as connection:
            await connection.execute(
                "insert into delivery_log (id, dossier, created, ended, attempts, lane, outcome, partner, type,"
                " idempotency_key, ordering_key, cause, detail, reference, payload)"
                " select id, dossier, now(), now(), attempts + 1, lane, 'delivered', partner,"
                " coalesce(type, split_part(idempotency_key, ':', 1)), idempotency_key,"
                " coalesce(ordering_key, ''), cause, '', '', payload from delivery"
            )
            await connection.execute("delete from delivery")

    def later(self, minutes: int) -> datetime:
        self.world.clock.at += timedelta(minutes=minutes)
        return self.world.clock.at


@pytest_asyncio.fixture
async def bench(postgres_url: str, store: PostgresStore) -> AsyncIterator[Bench]:
    world = World(PARTNERS | {"crossdock": OURSELVES}, now=START + timedelta(days=2))
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    history = [Order(number, START) for number in range(COUNT)]
    told = [fact for order in history for fact in order.facts()]
    told += history[0].load_facts(tuple(order.shipment for order in history))
    await world.take((one.partner, one.body) for one in told)
    # What was recorded is recorded by the database's clock.
    world.clock.at = datetime.now(tz=START.tzinfo) + timedelta(hours=1)
    pool = await open_pool(postgres_url, size_min=1, size_max=3, name="reconcile")
    policy, views, kept = Policy(), PostgresViews(pool), PostgresReconciliations(pool)
    own = OwnSide(kept, views, REGISTRIES, policy)
    extracts: dict[str, Extract] = {}
    platform = Platform(views, PostgresAudit(pool), kept, REGISTRIES, policy)
    runner = Runner(Sources(extracts, own, platform), kept, policy, world.clock)

    async def tell(body: bytes) -> None:
        receipt = (await world.tell("crossdock", body))[0]
        assert receipt.disposition in (Disposition.APPLY, Disposition.RECORD), receipt

    async def again() -> int:
        found.tried += 1
        return 0

    found = Bench(
        world, pool, kept, own, extracts, Reconciler(runner, kept, extracts, policy, world.clock, tell, again)
    )
    yield found
    await pool.close()


@pytest.mark.proves("RC-06", "RC-10", "RC-12", "RC-15", "RC-19", "RC-25", "RC-26", "RC-27", "V-16")
async def test_a_sound_history_agrees_with_itself(bench: Bench) -> None:
    for check in ("RC-06", "RC-07", "RC-08", "RC-10", "RC-11", "RC-12", "RC-13", "RC-15", "RC-16", "RC-19", "RC-20",
                  "RC-23", "RC-25", "RC-26", "RC-27"):  # fmt: skip
        result = await bench.run(check)
        assert (result.failed, result.breaks) == ("", 0), (check, result)
    assert (await bench.run("RC-15")).matched == COUNT
    assert (await bench.run("RC-27")).matched >= COUNT


@pytest.mark.proves("RC-01")
async def test_an_order_only_the_erp_knows_is_a_case_until_a_run_finds_it(bench: Bench) -> None:
    agreed = await bench.rows(Side(("order",), orders))
    strange = ExtractRow("SO-LOST", {"rev": "1", "lines": "10=5"}, bench.world.clock.at - timedelta(minutes=5))
    erp = Listed({"orders": [*agreed, strange]})
    bench.extracts["erp"] = erp
    young = await bench.run("RC-01")
    assert (young.matched, young.in_flight, young.breaks) == (COUNT, 1, 0), "younger than the grace: nobody is asked"
    bench.later(10)
    old = await bench.run("RC-01")
    assert (old.missing_left, old.breaks) == (1, 1)
    assert await bench.cases() == [("INT-11", "SO-LOST", True, "")]
    assert (old.left_count, old.right_count) == (COUNT, COUNT + 1)
    assert old.left_hash == young.left_hash, "the same books have the same proof"
    bench.later(15)
    erp.lists["orders"] = agreed
    clean = await bench.run("RC-01")
    assert clean.right_hash != old.right_hash
    assert await bench.cases() == [("INT-11", "SO-LOST", False, f"reconciliation {clean.id}")]


@pytest.mark.proves("RC-03", "INT-11")
async def test_what_is_not_healed_is_the_mapped_case_and_in_the_third_run_nobodys(bench: Bench) -> None:
    rows = await bench.rows(Side(("order",), order_lines))
    wrong = ExtractRow(rows[0].key, {**rows[0].values, "shipped": "1"})
    bench.extracts["erp"] = Listed({"order_lines": [wrong, *rows[1:]]})
    bench.later(60)
    assert (await bench.run("RC-03")).in_flight == 1, "a command on its way explains it"
    await bench.deliver_all()
    healed = await bench.run("RC-03")
    assert (healed.breaks, healed.healed) == (1, 1), "first the command is sent again"
    assert not await bench.cases()
    assert (await bench.run("RC-03")).in_flight == 1
    for codes in (["INT-07"], ["INT-07", "INT-11"], ["INT-07", "INT-11"]):
        await bench.deliver_all()
        bench.later(60)
        assert (await bench.run("RC-03")).breaks == 1
        assert [case[0] for case in await bench.cases()] == codes


@pytest.mark.proves("RC-01")
async def test_half_a_list_is_never_compared(bench: Bench) -> None:
    erp = Listed({"orders": await bench.rows(Side(("order",), orders))})
    erp.down = True
    bench.extracts["erp"] = erp
    result = await bench.run("RC-01")
    assert result.failed == "the ERP closes for the night"
    assert not result.missing_right
    assert not await bench.cases()


@pytest.mark.proves("RC-27", "INT-05")
async def test_a_state_somebody_changed_is_found_by_its_log(bench: Bench) -> None:
    async with transaction(bench.pool) as connection:
        await connection.execute(
            "update dossier set label = 'ORD NEW' where ident like 'order|%' and id = "
            "(select min(id) from dossier where ident like 'order|%')"
        )
    result = await bench.run("RC-27")
    assert result.breaks == 1
    assert result.different == 1
    assert [case[0] for case in await bench.cases()] == ["INT-05"]


@pytest.mark.proves("RC-15", "CSR-07")
async def test_a_headline_that_is_not_what_the_log_makes_is_found(bench: Bench) -> None:
    async with transaction(bench.pool) as connection:
        await connection.execute(
            "update dossier set label = 'ORD NEW' where ident like 'order|%' and id = "
            "(select min(id) from dossier where ident like 'order|%')"
        )
    assert (await bench.run("RC-15")).different == 1
    assert [case[0] for case in await bench.cases()] == ["CSR-07"]


@pytest.mark.proves("RC-17", "INT-06")
async def test_commands_nobody_answers_are_found_and_age(bench: Bench) -> None:
    open_ = await bench.run("RC-17")
    assert open_.missing_right == open_.left_count > 0, "the outbox of this hub was never emptied"
    assert {case[0] for case in await bench.cases()} == {"INT-06"}


@pytest.mark.proves("RC-16", "INT-10")
async def test_numbers_a_partner_passed_over_are_missing_until_they_come(bench: Bench) -> None:
    now = bench.world.clock.at

    async def arrive(*numbers: int) -> None:
        async with transaction(bench.pool) as connection:
            for number in numbers:
                await connection.execute(
                    "insert into message (id, partner, channel, content_type, status, control, sha256, findings, body,"
                    " received, facts) values (%s, 'car', 'as2', 'x', 'accepted', %s, '', '', '', %s, 0)",
                    (f"m{number}", f"CARR|US|{number}", now - timedelta(hours=3)),
                )

    await arrive(7, 8, 11)
    gap = await bench.run("RC-16")
    assert (gap.matched, gap.missing_right) == (3, 2)
    assert [case[:3] for case in await bench.cases()] == [
        ("INT-10", "car|CARR|US|10", True),
        ("INT-10", "car|CARR|US|9", True),
    ]
    await arrive(9, 10)
    assert (await bench.run("RC-16")).matched == 5
    assert not any(still for _, _, still, _ in await bench.cases())


@pytest.mark.proves("RC-18", "INT-03", "hold_ttl_orphan")
async def test_what_waits_longer_than_its_time_is_a_break_and_the_room_is_tried_first(bench: Bench) -> None:
    told = list(Order(99, START).facts())[-1]
    bench.world.clock.at -= timedelta(hours=6)
    await bench.world.take([(told.partner, told.body)])
    assert (await bench.run("RC-18")).in_flight == 1
    bench.later(6 * 60)
    assert (await bench.run("RC-18")).missing_right == 1
    assert bench.tried == 2
    assert [case[0] for case in await bench.cases()] == ["INT-03"]


@pytest.mark.proves("RC-24", "MDM-06", "MDM-01")
async def test_masters_of_two_systems_are_set_against_each_other(bench: Bench) -> None:
    before = bench.world.clock.at - timedelta(hours=2)
    bench.extracts["erp"] = Listed({"masters": [ExtractRow(f"item|{n}", {"hash": "a"}, before) for n in (1, 2, 3)]})
    assert not bench.reconciler.partners(CHECKS["RC-24"]), "one list has nothing to be set against"
    others = [ExtractRow("item|1", {"hash": "a"}, before), ExtractRow("item|2", {"hash": "b"}, before)]
    bench.extracts["tms"] = Listed({"masters": others})
    result = await bench.run("RC-24")
    assert (result.partner, result.matched, result.different, result.missing_right) == ("tms", 1, 1, 1)
    assert {case[:2] for case in await bench.cases()} == {("MDM-06", "item|2"), ("MDM-01", "item|3")}


@pytest.mark.proves("K-36", "K-37")
async def test_figures_of_synchronisation_come_from_the_runs(bench: Bench) -> None:
    rows = await bench.rows(Side(("order",), orders))
    bench.extracts["erp"] = Listed({"orders": [*rows[1:], ExtractRow("SO-LOST", {}, START)]})
    await bench.run("RC-01")
    await bench.run("RC-15")
    now = bench.world.clock.at
    window = (now - timedelta(hours=1), now + timedelta(seconds=1), now)
    measures = PostgresMeasures(bench.pool)
    synchronised = await ask(measures, "K-36", *window)
    assert (synchronised.count, synchronised.value) == (COUNT + 1, Decimal(COUNT - 1) / (COUNT + 1) * 100)
    assert (await ask(measures, "K-37", *window)).value == 100


async def test_the_schedule_gives_each_run_to_one(bench: Bench) -> None:
    bench.extracts["erp"] = Listed({"orders": []})
    assert await bench.reconciler.work_once() == 0, "a new hub compares nothing before its first period is over"
    bench.later(15)
    runs = 0
    while await bench.reconciler.work_once():
        runs += 1
    done = [row.check for row in await bench.store.results("", 0, 100)]
    assert runs == len(done)
    assert {"RC-01", "RC-10", "RC-15", "RC-17", "RC-18"} == set(done)
    assert await bench.store.hurry("RC-06", bench.world.clock.at) == 1
    assert await bench.reconciler.work_once() == 1


async def test_a_check_nobody_can_answer_says_so(bench: Bench) -> None:
    with pytest.raises(Rejected, match="reconcile = true"):
        await bench.reconciler.demand(["RC-04"])
    with pytest.raises(Rejected, match="there is no check"):
        await bench.reconciler.demand(["RC-99"])


def test_the_sequence_of_checks_is_complete() -> None:
    wanted: Sequence[str] = [f"RC-{number:02}" for number in range(1, 28)]
    assert list(CHECKS) == list(wanted)
