"""What ends a case about an order's releases, and what does not (domain.md §3.10; mission W-28)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from crossdock.canonical.events.order import OrderCancelled
from crossdock.canonical.events.returns import ReturnDispositioned, ReturnLine
from crossdock.process.effects import CloseCase
from crossdock.process.machine import Decision
from crossdock.process.order.endings import is_over
from crossdock.process.order.state import Group, OrderState, Slip
from crossdock.testing.given import elapsed, fact
from tests.unit.process import examples as ex
from tests.unit.process.order.test_cancel import order

LINES = (ReturnLine(line="10", qty=ex.qty(2)),)


def ends(decision: Decision[OrderState], code: str) -> list[tuple[str, bool]]:
    """What of this code the fact is the proof for."""
    return [
        (effect.subject, effect.every)
        for effect in decision.effects
        if isinstance(effect, CloseCase) and effect.code == code
    ]


@pytest.mark.proves("WHS-02", "ORD-04")
def test_what_a_warehouse_refused_is_settled_when_it_goes_out_by_another_release() -> None:
    born = order(0).given(ex.told("fulfilment.rejected"))
    assert ends(born.when(ex.told("order.held")), "WHS-02") == []
    assert ends(born.when(ex.told("order.released", ex.released(2))), "WHS-02") == [(ex.KEY, False)]


@pytest.mark.proves("WHS-02", "ORD-11")
def test_or_when_nobody_wants_it_any_more() -> None:
    born = order(0).given(ex.told("fulfilment.rejected"), ex.told("order.cancel_requested"))
    assert ends(born.when(fact(OrderCancelled(cancel_id="CR-1", stage="CX-01", qty=()), ex.ORDER)), "WHS-02") == [
        (ex.KEY, False)
    ]


@pytest.mark.proves("WHS-10", "ORD-15")
def test_goods_that_could_not_be_stopped_are_settled_at_the_door() -> None:
    """Not by leaving, which is what the case is about; then neither does an attempt that brought nothing."""
    born = order(6).given(ex.told("shipment.planned"), ex.told("order.cancel_requested"))
    left = born.when(ex.told("shipment.handed_over"))
    assert (left.row, ends(left, "WHS-10")) == ("ORD-15", [])
    assert ends(born.when(ex.told("delivery.failed")), "WHS-10") == []
    there = born.when(ex.told("shipment.delivered", replace(ex.delivered(), lines=())))
    assert ends(there, "WHS-10") == [(ex.KEY, True), ("SO-1", True)]


@pytest.mark.parametrize(
    ("group", "over"),
    [
        (Group("CANCELLED", {"10": Slip(40)}), True),
        (Group("PACKED", {"10": Slip(40)}), False),
        (Group("HANDED_OVER", {"10": Slip(40)}, handovers={"H": {"10": 40}}), False),
        (Group("DELIVERED", {"10": Slip(40)}, handovers={"H": {"10": 40}}, attempts={"1": {"10": (30, 0, 0)}}), False),
        (Group("DELIVERED", {"10": Slip(40)}, handovers={"H": {"10": 40}}, attempts={"1": {"10": (30, 8, 2)}}), True),
        (Group("HANDED_OVER", {"10": Slip(40, lost=40)}, handovers={"H": {"10": 40}}), True),
    ],
)
def test_a_release_is_over_when_all_that_left_has_found_an_end(group: Group, over: bool) -> None:
    assert is_over(group) is over


@pytest.mark.proves("CSR-05")
def test_refused_goods_are_settled_when_they_are_back() -> None:
    born = order(9).given(ex.told("shipment.planned"), ex.told("delivery.refused"))
    assert ends(born.when(ex.told("delivery.failed")), "CSR-05") == []
    assert ends(born.when(ex.told("shipment.returned")), "CSR-05") == [(ex.KEY, False)]


@pytest.mark.proves("CSR-05", "TRN-14", "ORD-19")
def test_part_of_it_when_that_part_is_received_and_damaged_goods_when_they_have_their_place() -> None:
    born = order(9).given(ex.told("shipment.planned"), ex.told("shipment.delivered"))
    received = born.when(ex.told("return.received"))
    assert (ends(received, "CSR-05"), ends(received, "TRN-14")) == ([(ex.KEY, False)], [])
    placed = born.when(fact(ReturnDispositioned(receipt_no="RC-1", lines=LINES, rma_no="RMA-1"), ex.RETURN))
    assert (ends(placed, "CSR-05"), ends(placed, "TRN-14")) == ([], [(ex.KEY, False)])


@pytest.mark.proves("INT-06", "tm_cancel")
def test_an_answer_that_comes_too_late_still_ends_the_case_of_the_silence() -> None:
    born = order(1).given(ex.told("order.cancel_requested"), elapsed("tm_cancel", "SO-1"))
    assert ends(born.when(ex.told("fulfilment.cancel_rejected")), "INT-06") == [("SO-1", False)]
