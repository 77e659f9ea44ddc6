"""A plan of repair: what it shows, who may approve it, and that exactly it is done, once."""

from __future__ import annotations

import pytest

from crossdock.app.acts.chain import verify
from crossdock.app.audit import Refold, audit
from crossdock.app.repair.plans import Hand, Proposal
from crossdock.bench.trace import Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.kernel.errors import Rejected
from crossdock.ports.audit import Extent
from crossdock.ports.repair import ItemState, PlanState, Selection
from crossdock.postgres.acts import PostgresActs
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.views import PostgresViews
from tests.integration.repair.given import AFTER, ANA, BEFORE, BEN, START, Shop, applied, driven, items_of, proposed

ONE = Selection(order="SO-00000001")
SENT = "select idempotency_key from delivery where idempotency_key like 'request_invoice%%' order by 1"
STORED = """
select (select md5(string_agg(d::text, '' order by id)) from dossier d),
    (select md5(string_agg(e::text, '' order by dossier, seq)) from event e),
    (select count(*) from delivery), (select last_value from delivery_id), (select last_value from dossier_id)"""


async def test_the_dry_run_shows_what_would_go_out_and_writes_nothing(shop: Shop) -> None:
    before = shop.rows(STORED)
    desk = shop.desk()
    plan = await proposed(desk)
    assert (plan.state, plan.counts.looked, plan.counts.planned) == (PlanState.PROPOSED, 4, 3)
    assert shop.rows(STORED) == before
    item = (await items_of(desk, plan))[0]
    assert item.outcome is not None
    assert [command.type for command in item.outcome.out] == ["request_invoice", "update_order_status"]
    command = item.outcome.out[0]
    assert item.outcome.money == {command.currency: command.amount}
    assert plan.money[command.currency]
    assert item.outcome.repeated > 5
    assert item.outcome.suppressed == item.outcome.unasked == ()
    assert any(
        change.field.startswith("order||SO-00000000 ") and "bills" in change.field for change in item.outcome.changes
    )


async def test_applied_it_is_what_was_shown_and_every_order_is_the_fold_of_its_log(shop: Shop) -> None:
    desk = shop.desk()
    plan = await proposed(desk)
    outcomes = [item.outcome for item in await items_of(desk, plan) if item.outcome is not None]
    planned = {one.key for outcome in outcomes for one in outcome.out if one.type == "request_invoice"}
    done = await applied(desk, plan)
    assert (done.state, done.counts.applied, done.counts.refused) == (PlanState.DONE, 3, 0)
    assert {row[0] for row in shop.rows(SENT)} == planned
    report = await audit(PostgresAudit(shop.pool), START, refold=Refold(REGISTRIES, AFTER, Extent()))
    assert (report.verdict, report.discrepancies) == ("pass", ())


async def test_every_change_names_its_repair_in_the_log_and_in_the_chain_of_acts(shop: Shop) -> None:
    """I7: the cause of the new state is a fact in the log."""
    desk = shop.desk()
    plan = await applied(desk, await proposed(desk, ONE))
    views = PostgresViews(shop.pool)
    (row,) = await views.owners("order||SO-00000001")
    last = (await views.events(row.id))[-1]
    assert (last.type, last.occurred) == ("event.replayed", plan.as_of)
    assert f"repair {plan.id}: the hub bills from now on" in last.body.decode()
    acts = PostgresActs(shop.pool)
    told = [act.act for act in await acts.chain(0, 100)]
    assert told == ["repair_asked", "repair_approved", "repair_applied", "order_repaired"]
    (act,) = await acts.of("dossier order||SO-00000001")
    assert (act.person, act.reason) == (BEN.person, f"repair {plan.id}: the hub bills from now on")
    assert act.before != act.after
    assert (await verify(acts)).broken_at == 0


async def test_a_second_replay_does_nothing(shop: Shop) -> None:
    """I2: nothing goes out twice."""
    desk = shop.desk()
    await applied(desk, await proposed(desk))
    sent = shop.rows("select count(*) from delivery")
    again = await proposed(desk)
    assert (again.state, again.counts.planned) == (PlanState.DONE, 0)
    assert shop.rows("select count(*) from delivery") == sent


async def test_back_under_the_old_policy_what_went_out_is_told_and_not_unsent(shop: Shop) -> None:
    await applied(shop.desk(), await proposed(shop.desk(), ONE))
    desk = shop.desk(BEFORE)
    (item,) = await items_of(desk, await proposed(desk, ONE))
    assert item.outcome is not None
    assert [command.type for command in item.outcome.unasked] == ["request_invoice"]
    assert [command.type for command in item.outcome.out] == ["update_order_status"]


@pytest.mark.parametrize("second", [ANA, Hand(" ana ruiz", "key-9"), Hand("Ben Okoro", "key-1")])
async def test_who_proposed_it_does_not_approve_it(shop: Shop, second: Hand) -> None:
    desk = shop.desk()
    plan = await proposed(desk)
    with pytest.raises(Rejected, match="a second person must approve it"):
        await desk.approve(plan.id, second, "me again")
    with pytest.raises(Rejected, match="only one that is approved"):
        await desk.apply(plan.id, ANA, "go")


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "update repair_item set outcome = overlay(outcome placing '9' from 300) where n = 2",
            "is not what was worked out",
        ),
        ("delete from repair_item where n = 2", "the plan is not what was worked out"),
        ("update repair_plan set reason = 'something else'", "the plan is not what was worked out"),
    ],
)
async def test_a_plan_somebody_changed_is_refused(shop: Shop, statement: str, told: str) -> None:
    desk = shop.desk()
    plan = await proposed(desk)
    shop.change(statement)
    with pytest.raises(Rejected, match=told):
        await desk.approve(plan.id, BEN, "looks right")


async def test_a_plan_changed_after_its_approval_is_refused_even_with_a_digest_that_fits(shop: Shop) -> None:
    desk = shop.desk()
    plan = await proposed(desk)
    await desk.approve(plan.id, BEN, "looks right")
    shop.change("delete from repair_item where n = 2")
    digests = await desk.repairs.digests(plan.id)
    from_chain = (await desk.repairs.approval(plan.id)) or None
    assert from_chain is not None
    assert from_chain.after == plan.digest
    assert len(digests) == 2
    with pytest.raises(Rejected, match="not what was worked out"):
        await desk.apply(plan.id, BEN, "go")


async def test_an_order_that_moved_on_is_refused_and_the_others_are_not(shop: Shop) -> None:
    desk = shop.desk()
    plan = await proposed(desk)
    await desk.approve(plan.id, BEN, "looks right")
    shop.world.clock.at = shop.world.clock.at.replace(hour=23)
    late = next(fact for fact in Order(1, START.replace(minute=1)).facts() if fact.body)
    await shop.tell([late])
    done = await driven(desk, await desk.apply(plan.id, BEN, "go"))
    assert (done.counts.applied, done.counts.refused) == (2, 1)
    refused = [item for item in await items_of(desk, plan) if item.state is ItemState.REFUSED]
    assert [item.ident for item in refused] == ["order||SO-00000001"]
    assert "moved on from version" in refused[0].detail
    assert len(shop.rows(SENT)) == 2


async def test_under_another_project_than_it_was_made_by_nothing_is_applied(shop: Shop) -> None:
    plan = await proposed(shop.desk())
    await shop.desk().approve(plan.id, BEN, "looks right")
    other = shop.desk(BEFORE)
    done = await driven(other, await other.apply(plan.id, BEN, "go"))
    assert (done.counts.applied, done.counts.refused) == (0, 3)
    assert "makes something else of it" in (await items_of(other, plan))[0].detail
    assert shop.rows(SENT) == []


async def test_broken_off_between_two_orders_it_goes_on_where_it_stopped(shop: Shop) -> None:
    desk = shop.desk()
    plan = await proposed(desk)
    await desk.approve(plan.id, BEN, "looks right")
    under_way = await desk.apply(plan.id, BEN, "go")
    first, *_ = await desk.repairs.open_items(plan.id, 1)
    await desk._apply_one(under_way, first)
    assert (await desk.read(plan.id)).counts.applied == 1
    done = await driven(shop.desk(), plan)
    assert (done.state, done.counts.applied) == (PlanState.DONE, 3)
    assert len(shop.rows(SENT)) == 3
    assert shop.rows("select count(*) from event where type is null group by dossier, body having count(*) > 1") == []


async def test_a_plan_can_be_withdrawn_and_is_then_over(shop: Shop) -> None:
    desk = shop.desk()
    plan = await desk.withdraw((await proposed(desk)).id, ANA, "not today")
    assert plan.state is PlanState.WITHDRAWN
    with pytest.raises(Rejected, match="only one that is proposed"):
        await desk.approve(plan.id, BEN, "looks right")


async def test_nothing_selected_is_refused_and_an_unknown_order_is_an_empty_plan(shop: Shop) -> None:
    desk = shop.desk()
    with pytest.raises(Rejected, match="nothing is selected"):
        await desk.propose(Proposal(Selection(), "all of it"), ANA)
    assert (await proposed(desk, Selection(order="SO-9"))).state is PlanState.DONE


@pytest.mark.parametrize(
    ("selection", "orders"),
    [
        (Selection(order="SHP-00000002"), 1),
        (Selection(partner="tms1"), 3),
        (Selection(partner="nobody"), 0),
        (Selection(type="pod.captured"), 3),
        (Selection(type="customs.released", everything=True), 0),
        (Selection(code="FIN-01"), 0),
    ],
)
async def test_orders_are_selected_by_name_partner_fact_or_case(shop: Shop, selection: Selection, orders: int) -> None:
    assert (await proposed(shop.desk(), selection)).counts.planned == orders
