"""The change matrix (domain.md §3.2.6), cell by cell, and what a change does to releases."""

from __future__ import annotations

from typing import cast

import pytest
from msgspec.structs import replace

from crossdock.canonical.events.order import OrderChanged, OrderPromiseChanged, OrderReleased
from crossdock.canonical.parts import FieldChange
from crossdock.process.effects import CloseCase, Derive, Tell
from crossdock.process.machine import Decision
from crossdock.process.order.changes import MATRIX, STAGES, plan
from crossdock.process.order.header import header_of
from crossdock.process.order.machine import MACHINE
from crossdock.process.order.state import OrderState
from crossdock.process.told import Wishes
from crossdock.testing.given import Given, cases, derives, fact, sends
from tests.unit.process import examples as ex

STAGE_STATES = {"released": "ALLOCATED", "waved": "PICKING", "picked": "STAGED", "gone": "HANDED_OVER"}
CHANGES = {
    "quantity_up": ("lines[20].qty", "120"),
    "quantity_down": ("lines[20].qty", "80"),
    "requested_date": ("requested.latest", "2026-06-09T12:00:00Z"),
    "ship_to": ("ship_to.address.postal", "N2"),
    "ship_to_abroad": ("ship_to.address.country", "NO"),
    "carrier": ("policies.carrier_pref", "DHLX"),
    "item": ("lines[20].item", "IT-99"),
    "billing": ("lines[20].unit_price", "9.90"),
}


def order(stage: str = "ALLOCATED") -> OrderState:
    """SO-1 with its release at this stage."""
    born = Given(MACHINE, "SO-1").given(
        ex.told("order.approved", ex.approved()), ex.told("order.released"), ex.told("fulfilment.accepted")
    )
    state = born.now()
    return replace(state, groups={ex.GROUP: replace(state.groups[ex.GROUP], stage=stage)})


def changed(path: str, new: str) -> OrderChanged:
    """One change of revision 2."""
    return OrderChanged(rev=2, changes=(FieldChange(path=path, new=new),))


@pytest.mark.proves("ORD-10")
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", MATRIX)
def test_each_cell_of_the_matrix(kind: str, stage: str) -> None:
    """A, U, S, N and X apply; R and H are answered with a reason and what can be done instead."""
    letter = MATRIX[kind][STAGES.index(stage)]
    planned = plan(order(STAGE_STATES[stage]), changed(*CHANGES[kind]))
    assert bool(planned.applied) is (letter in "AUSNX")
    assert bool(planned.rejected) is (letter in "RH")
    assert bool(planned.fresh) is (letter == "N")
    assert planned.anew is (letter == "X")
    assert bool(planned.touched) is (letter == "U")
    if planned.rejected:
        refused = planned.rejected[0]
        assert refused.stage == stage
        assert refused.reason
        assert refused.alternative


def test_less_goes_to_the_warehouse_as_a_new_revision() -> None:
    """U: ORD-10, the full new state."""
    born = Given(MACHINE, "SO-1", state=order())
    decision = born.when(ex.told("order.changed", changed("lines[20].qty", "80")))
    assert (decision.row, sends(decision.effects)) == ("ORD-10", ["update_fulfilment_order"])
    assert derives(decision.effects) == ["order.change_applied"]
    update = decision.effects[0].payload  # type: ignore[union-attr]
    assert (update.rev, [str(line.qty.value) for line in update.lines]) == (2, ["40", "80"])  # type: ignore[attr-defined]


def test_more_after_the_wave_is_a_new_release() -> None:
    """N: the warehouse's work is not disturbed."""
    born = Given(MACHINE, "SO-1", state=order("PICKING"))
    decision = born.when(ex.told("order.changed", changed("lines[20].qty", "120")))
    assert derives(decision.effects) == ["order.change_applied", "order.released"]
    released = decision.effects[-1].payload  # type: ignore[union-attr]
    assert released.release_no == 2  # type: ignore[attr-defined]
    assert str(released.groups[0].lines[0].qty.value) == "20"  # type: ignore[attr-defined]


@pytest.mark.proves("CSR-04", "ORD-10")
def test_what_cannot_be_changed_is_a_case_for_customer_service() -> None:
    """CSR-04."""
    born = Given(MACHINE, "SO-1", state=order("STAGED"))
    decision = born.when(ex.told("order.changed", changed("ship_to.address.postal", "N2")))
    assert (derives(decision.effects), cases(decision.effects)) == (["order.change_rejected"], ["CSR-04"])


def test_never_below_what_has_shipped() -> None:
    """D-09."""
    state = order("PICKING")
    group = replace(state.groups[ex.GROUP], handovers={"HO-1": {"20": 90_000_000}})
    planned = plan(replace(state, groups={ex.GROUP: group}), changed("lines[20].qty", "80"))
    assert not planned.applied
    assert planned.rejected[0].reason == "never below what has shipped"


@pytest.mark.parametrize("new", ["", "many", "NaN", "Infinity"])
def test_a_quantity_that_is_none_is_refused(new: str) -> None:
    """No exception, an answer."""
    assert not plan(order(), changed("lines[20].qty", new)).applied


def test_a_newer_approval_is_the_change_it_makes() -> None:
    """A full new revision after release is judged like `order.changed`; an older one is history."""
    born = Given(MACHINE, "SO-1", state=order())
    newer = ex.approved(rev=2, lines=(ex.order_line("10", 30), ex.order_line("20", 100)))
    assert born.when(ex.told("order.approved", newer)).row == "ORD-10"
    assert born.now().lines["10"].ordered == 30_000_000
    assert born.when(ex.told("order.approved", ex.approved(rev=1))).disposition.value == "RECORD"


@pytest.mark.parametrize("path", ["lines[10].trade.hs_code", "customer.eori"])
def test_what_only_customs_asks_for_can_always_be_corrected(path: str) -> None:
    """§3.2.6: papers; what is declared already is amended by the declaration (CUS-01, CD-06)."""
    planned = plan(order("STAGED"), changed(path, "84137059"))
    assert (planned.applied, planned.rejected) == ((path,), ())


def wishes(decision: Decision[OrderState]) -> list[Wishes]:
    """What shipments are let know."""
    return [cast(Wishes, effect.payload) for effect in decision.effects if isinstance(effect, Tell)]


@pytest.mark.proves("CSR-01", "ORD-10")
def test_another_date_is_another_promise_that_every_shipment_learns() -> None:
    """order.promise_changed; the header keeps it, and what put the old one at risk is settled."""
    born = Given(MACHINE, "SO-1", state=order("STAGED"))
    decision = born.when(ex.told("order.changed", changed("requested.latest", "2026-06-09T12:00:00Z")))
    assert derives(decision.effects) == ["order.change_applied", "order.promise_changed"]
    (anew,) = [one.payload for one in decision.effects if isinstance(one, Derive) and one.type.endswith("e_changed")]
    told = born.when(fact(cast(OrderPromiseChanged, anew), ex.ORDER))
    assert [one.promise for one in wishes(told)] == [cast(OrderPromiseChanged, anew).new]
    assert header_of(born.now()).promise == cast(OrderPromiseChanged, anew).new
    assert CloseCase("CSR-01", "SO-1", "WH-NL1/1") in told.effects


@pytest.mark.parametrize(
    ("path", "new"), [("policies.carrier_pref", "DHLX"), ("service", "express"), ("ship_to.address.postal", "N2")]
)
def test_where_to_and_by_whom_is_told_to_the_shipment(path: str, new: str) -> None:
    """U: the TMS hears of it through the shipment; the warehouse, where the address is on its papers."""
    born = Given(MACHINE, "SO-1", state=order())
    decision = born.when(ex.told("order.changed", changed(path, new)))
    (told,) = wishes(decision)
    address = told.ship_to.address if told.ship_to is not None else None
    assert new in (told.carrier, told.service, address.postal if address is not None else "")
    assert ("update_fulfilment_order" in sends(decision.effects)) is path.startswith("ship_to")


def test_a_loaded_carrier_is_the_carrier() -> None:
    """U until LOADED."""
    assert plan(order("LOADED"), changed("carrier", "DHLX")).rejected


@pytest.mark.parametrize(
    ("path", "new"),
    [("ship_to.address.country", "Norway"), ("ship_to.colour", "red"), ("requested.latest", "soon")],
)
def test_a_wish_that_cannot_be_read_is_refused(path: str, new: str) -> None:
    assert "cannot be" in plan(order(), changed(path, new)).rejected[0].reason


@pytest.mark.proves("ORD-10", "ORD-24", "CX-02")
def test_another_country_cancels_what_is_there_and_releases_it_anew() -> None:
    """X: once the warehouse has stopped, by the rules of the new country."""
    born = Given(MACHINE, "SO-1", state=order())
    decision = born.when(ex.told("order.changed", changed("ship_to.address.country", "NO")))
    assert sends(decision.effects) == ["cancel_fulfilment_order", "cancel_shipment"]
    stopped = born.when(ex.told("fulfilment.cancelled"))
    assert "order.released" in derives(stopped.effects)
    (again,) = [one.payload for one in stopped.effects if isinstance(one, Derive) and one.type == "order.released"]
    assert born.when(fact(cast(OrderReleased, again), ex.ORDER)).row == "ORD-24"
    assert (born.now().moving, born.now().release_no) == (0, 2)


@pytest.mark.proves("CSR-04")
def test_a_warehouse_that_will_not_stop_keeps_the_old_country_and_is_a_case() -> None:
    born = Given(MACHINE, "SO-1", state=order())
    born.when(ex.told("order.changed", changed("ship_to.address.country", "NO")))
    assert cases(born.when(ex.told("fulfilment.cancel_rejected")).effects) == ["CSR-04"]


def test_another_item_before_the_wave_goes_to_the_warehouse() -> None:
    born = Given(MACHINE, "SO-1", state=order())
    decision = born.when(ex.told("order.changed", changed("lines[20].item", "IT-99")))
    assert sends(decision.effects) == ["update_fulfilment_order"]
    assert born.now().lines["20"].item == "IT-99"
