"""The change matrix (domain.md §3.2.6), cell by cell, and what a change does to releases."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from crossdock.canonical.events.order import OrderChanged
from crossdock.canonical.parts import FieldChange
from crossdock.process.order.changes import MATRIX, STAGES, plan
from crossdock.process.order.machine import MACHINE
from crossdock.process.order.state import OrderState
from crossdock.testing.given import Given, cases, derives, sends
from tests.unit.process import examples as ex

STAGE_STATES = {"released": "ALLOCATED", "waved": "PICKING", "picked": "STAGED", "gone": "HANDED_OVER"}
CHANGES = {
    "quantity_up": ("lines[20].qty", "120"),
    "quantity_down": ("lines[20].qty", "80"),
    "requested_date": ("requested.latest", "2026-06-09T12:00:00Z"),
    "ship_to": ("ship_to.address.postal", "N2"),
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


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", MATRIX)
def test_each_cell_of_the_matrix(kind: str, stage: str) -> None:
    """A, U and N apply; R and H are answered with a reason and what can be done instead."""
    letter = MATRIX[kind][STAGES.index(stage)]
    planned = plan(order(STAGE_STATES[stage]), changed(*CHANGES[kind]))
    assert bool(planned.applied) is (letter in "AUN")
    assert bool(planned.rejected) is (letter in "RH")
    assert bool(planned.fresh) is (letter == "N")
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


def test_what_cannot_be_changed_is_a_case_for_customer_service() -> None:
    """CSR-04."""
    born = Given(MACHINE, "SO-1", state=order())
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
