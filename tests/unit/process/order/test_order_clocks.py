"""The clocks and switches of an order (domain.md §9.1): release, cancellation, planning and who bills."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from crossdock.canonical.events.order import OrderReleased, Policies
from crossdock.kernel.instant import Window
from crossdock.process.effects import Derive, StopTimer, Tell
from crossdock.process.order.machine import MACHINE
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy, Timers
from crossdock.process.terms.money import MoneyTerms
from crossdock.process.told import TERMS, BillingTerms
from crossdock.testing.given import Given, after, cases, derives, elapsed, sends, timers
from tests.unit.process import examples as ex

WAY = (
    "fulfilment.accepted", "allocation.confirmed", "wave.assigned", "pick.started", "pick.completed", "pack.completed",
)  # fmt: skip


def order(*more: str, policy: Policy | None = None) -> Given[OrderState]:
    """SO-1, released, then told these."""
    born = Given(MACHINE, "SO-1", policy=policy)
    born.given(ex.told("order.approved", ex.approved()), ex.told("order.released"))
    return born.given(*(ex.told(name) for name in more))


@pytest.mark.proves("tm_release", "INT-06")
def test_the_release_rules_finish_in_time_or_somebody_looks_at_the_hub() -> None:
    born = Given(MACHINE, "SO-1", policy=Policy(timers=Timers(tm_release=60)))
    decision = born.when(ex.told("order.approved", ex.approved()))
    assert timers(decision.effects)["tm_release"] == after(2), "from its receipt"
    assert cases(born.when(elapsed("tm_release", "SO-1", at=after(2))).effects) == ["INT-06"]
    assert StopTimer("tm_release", "SO-1") in born.when(ex.told("order.released")).effects


@pytest.mark.proves("tm_release", "RR-15")
def test_an_order_that_waits_for_its_day_has_passed_the_rules() -> None:
    far = ex.approved(requested=Window(earliest=after(hours=24 * 30), latest=after(hours=24 * 31)))
    decision = Given(MACHINE, "SO-1").when(ex.told("order.approved", far))
    assert "release_due" in timers(decision.effects)
    assert StopTimer("tm_release", "SO-1") in decision.effects


@pytest.mark.proves("tm_cancel", "INT-06")
def test_a_cancellation_nobody_answers_is_treated_as_not_cancelled() -> None:
    born = order("fulfilment.accepted", policy=Policy(timers=Timers(tm_cancel=600)))
    asked = born.when(ex.told("order.cancel_requested"))
    assert timers(asked.effects)["tm_cancel"] == after(11)
    rung = born.when(elapsed("tm_cancel", "SO-1", at=after(11)))
    assert (cases(rung.effects), born.now().state) == (["INT-06"], "CANCEL_PENDING")
    refused = born.when(ex.told("fulfilment.cancel_rejected"))
    assert (refused.row, StopTimer("tm_cancel", "SO-1") in refused.effects) == ("ORD-15", True)


@pytest.mark.proves("planning_mode", "ORD-02")
def test_transport_is_planned_with_the_release_or_after_packing() -> None:
    together = Given(MACHINE, "SO-1").given(ex.told("order.approved", ex.approved()))
    assert sends(together.when(ex.told("order.released")).effects).count("plan_shipment") == 1
    later = Policy(planning_mode="after_pack")
    born = Given(MACHINE, "SO-1", policy=later)
    decision = born.when(ex.told("order.approved", ex.approved()))
    (released,) = [one.payload for one in decision.effects if isinstance(one, Derive)]
    assert isinstance(released, OrderReleased)
    assert str(released.planning_mode) == "after_pack"
    told = born.when(ex.told("order.released", replace(ex.released(), planning_mode=released.planning_mode)))
    assert "plan_shipment" not in sends(told.effects)
    born.given(*(ex.told(name) for name in WAY[:-1]))
    assert sends(born.when(ex.told("pack.completed")).effects) == ["plan_shipment"]


@pytest.mark.proves("planning_mode")
def test_an_order_may_say_itself_when_its_transport_is_planned() -> None:
    mine = ex.approved(policies=Policies(planning_mode="after_pack"))  # type: ignore[arg-type]
    decision = Given(MACHINE, "SO-1").when(ex.told("order.approved", mine))
    (released,) = [one.payload for one in decision.effects if isinstance(one, Derive)]
    assert str(released.planning_mode) == "after_pack"  # type: ignore[attr-defined]


# -- who bills --------------------------------------------------------------------------------------------------------


def terms(effects: tuple[object, ...]) -> list[BillingTerms]:
    """What billing is told."""
    return [one.payload for one in effects if isinstance(one, Tell) and one.trigger == TERMS]  # type: ignore[misc]


@pytest.mark.proves("invoice_split")
@pytest.mark.parametrize("split", ["order", "shipment", "line"])
def test_billing_is_told_how_to_split(split: str) -> None:
    born = order(*WAY, policy=Policy(money=MoneyTerms(invoice_split=split)))
    assert [one.split for one in terms(born.when(ex.told("shipment.handed_over")).effects)] == [split]


def test_an_erp_that_bills_of_its_own_accord_is_not_asked_and_the_order_completes_without_it() -> None:
    """`[money] invoiced_by = "erp"`: nothing is due here, so nothing is waited for."""
    door = replace(ex.delivered(), lines=ex.at_door(("10", 40, 0), ("20", 100, 0)))
    born = order("shipment.planned", *WAY, policy=Policy(money=MoneyTerms(invoiced_by="erp")))
    handed = born.when(ex.told("shipment.handed_over"))
    assert not terms(handed.effects)
    assert derives(handed.effects) == ["order.fulfilled"]
    born.given(ex.told("order.fulfilled"))
    delivered = born.when(ex.told("shipment.delivered", door))
    assert derives(delivered.effects) == ["order.completed"]
    assert not terms(delivered.effects)
    asked = order("shipment.planned", *WAY, "shipment.handed_over", "order.fulfilled")
    waits = asked.when(ex.told("shipment.delivered", door))
    assert derives(waits.effects) == [], "where the hub asks for the invoice, it waits for it"


def test_prepaid_goods_are_not_billed_ahead_where_the_erp_bills() -> None:
    ahead = {"policies": Policies(invoice_policy="on_release")}  # type: ignore[arg-type]
    for who, told in (("hub", 1), ("erp", 0)):
        born = Given(MACHINE, "SO-1", policy=Policy(money=MoneyTerms(invoiced_by=who)))  # type: ignore[arg-type]
        born.given(ex.told("order.approved", ex.approved(**ahead)))
        assert len(terms(born.when(ex.told("order.released")).effects)) == told
