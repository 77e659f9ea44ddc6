"""The order-line ledger (domain.md §1.2): keyed increments, invariants after every fact, statuses rolled up from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crossdock.canonical.events.order import OrderLineCancelled
from crossdock.kernel.ids import fingerprint
from crossdock.process.order.ledger import account, all_complete, breaches, is_complete
from crossdock.process.order.machine import MACHINE
from crossdock.process.order.rollup import fulfilment_status
from crossdock.process.order.state import Group, Line, OrderState, Slip
from crossdock.testing.given import Given, after, cases, derives
from tests.unit.process import examples as ex

UNIT = 1_000_000
TO_PACKED = ("fulfilment.accepted", "allocation.confirmed", "wave.assigned", "pick.completed", "pack.completed")


def order(steps: int = len(TO_PACKED)) -> Given[OrderState]:
    """SO-1 released, this far."""
    born = Given(MACHINE, "SO-1").given(ex.told("order.approved", ex.approved()), ex.told("order.released"))
    return born.given(ex.told("shipment.planned"), *(ex.told(step) for step in TO_PACKED[:steps]))


def test_the_happy_way_fills_every_account() -> None:
    """Ordered to delivered."""
    born = order().given(ex.told("shipment.handed_over"), ex.told("order.fulfilled"), ex.told("shipment.delivered"))
    one = account(born.now(), "20")
    assert (one.released, one.allocated, one.picked, one.packed, one.shipped, one.delivered) == (100 * UNIT,) * 6
    assert fulfilment_status(born.now()) == "delivered"


def test_the_same_increment_under_another_message_is_one_increment() -> None:
    """Packages by SSCC, hand-overs by number, deliveries by attempt."""
    born = order().given(ex.told("pack.completed", at=after(5)), ex.told("shipment.handed_over"))
    born.given(ex.told("shipment.delivered"), ex.told("pod.captured"), ex.told("shipment.delivered", at=after(9)))
    one = account(born.now(), "10")
    assert (one.packed, one.shipped, one.delivered) == (40 * UNIT,) * 3


def test_the_proof_corrects_what_was_said_at_the_door() -> None:
    """POD quantities replace the attempt's."""
    born = order().given(ex.told("shipment.handed_over"), ex.told("shipment.delivered"))
    short = replace(ex.proof(), lines=ex.at_door(("10", 38, 2), ("20", 100, 0)))
    born.given(ex.told("pod.captured", short))
    one = account(born.now(), "10")
    assert (one.delivered, one.refused) == (38 * UNIT, 2 * UNIT)


@pytest.mark.proves("INT-05")
def test_a_breach_freezes_the_state_and_opens_int_05() -> None:
    """pick > released (§3.2.7)."""
    born = order(3)
    too_much = replace(ex.PAYLOADS["pick.completed"][1](), lines=ex.lines(("20", 101)))
    decision = born.when(ex.told("pick.completed", too_much))
    assert (decision.disposition.value, cases(decision.effects), decision.state) == ("ESCALATE", ["INT-05"], None)


def test_goods_that_left_are_booked_even_when_they_are_too_many() -> None:
    """Over-shipment is a case, never hidden."""
    born = order()
    decision = born.when(ex.told("shipment.handed_over", ex.handed_over("HO-1", ("10", 40), ("20", 103))))
    assert cases(decision.effects) == ["INT-05"]
    assert account(born.now(), "20").shipped == 103 * UNIT


def test_a_cancellation_below_what_shipped_is_refused() -> None:
    """`cancelled` may not make `open < shipped`."""
    born = order().given(ex.told("shipment.handed_over", ex.handed_over("HO-1", ("10", 40), ("20", 90))))
    decision = born.when(
        ex.told("order.line_cancelled", OrderLineCancelled(line_no="20", qty=ex.qty(20), cancel_id="LC-9"))
    )
    assert (decision.disposition.value, cases(decision.effects)) == ("ESCALATE", ["INT-05"])


@pytest.mark.proves("ORD-20", "ORD-16")
def test_cancelling_the_backordered_remainder_fulfils_the_order() -> None:
    """R54 of the golden trace: ORD-20, then ORD-16."""
    born = order(3).given(ex.told("pick.shorted"), ex.told("order.line_backordered"))
    born.given(
        ex.told("pick.completed", replace(ex.PAYLOADS["pick.completed"][1](), lines=ex.lines(("10", 40), ("20", 90)))),
        ex.told("pack.completed", ex.packed(ex.package(ex.SSCC, ("10", 40), ("20", 90)))),
        ex.told("shipment.handed_over", ex.handed_over("HO-1", ("10", 40), ("20", 90))),
    )
    assert fulfilment_status(born.now()) == "partially_shipped"
    decision = born.when(ex.told("order.line_cancelled"))
    assert (decision.row, derives(decision.effects)) == ("ORD-20", ["order.fulfilled"])
    assert not born.now().backorder_open


def test_hand_over_without_packing_waits_then_speaks_for_it() -> None:
    """A warehouse that reports only what left packed and picked that (FO-17)."""
    born = order(1)
    held = born.when(ex.told("shipment.handed_over"))
    assert held.disposition.value == "HOLD"
    born.state = replace(born.now(), graced=(fingerprint(ex.told("shipment.handed_over").key),))
    taken = born.when(ex.told("shipment.handed_over"))
    assert (taken.disposition.value, derives(taken.effects)) == ("APPLY", ["order.fulfilled"])
    assert account(born.now(), "20").picked == 100 * UNIT


@pytest.mark.proves("under_tol_pct")
def test_within_under_tolerance_a_line_is_complete() -> None:
    """`shipped ≥ open·(1−under_tol)`."""
    born = order().given(ex.told("shipment.handed_over", ex.handed_over("HO-1", ("10", 40), ("20", 96))))
    state = born.now()
    assert not is_complete(state, "20")
    tolerant = replace(state, lines={**state.lines, "20": replace(state.lines["20"], under=50_000)})
    assert all_complete(tolerant)


@pytest.mark.parametrize(
    ("stage", "shipped", "status"),
    [
        ("SENT", 0, "unfulfilled"),
        ("PICKING", 0, "in_process"),
        ("HANDED_OVER", 40, "partially_shipped"),
        ("HANDED_OVER", 100, "shipped"),
    ],
)
def test_status_rolls_up(stage: str, shipped: int, status: str) -> None:
    """§3.2.3."""
    assert fulfilment_status(book(stage, shipped)) == status


def book(stage: str, shipped: int, door: tuple[int, int, int] = (0, 0, 0)) -> OrderState:
    """One line of 100 on one release."""
    group = Group(
        stage,
        {"10": Slip(100 * UNIT)},
        handovers={"HO": {"10": shipped * UNIT}} if shipped else {},
        attempts={"1": {"10": (door[0] * UNIT, door[1] * UNIT, door[2] * UNIT)}},
    )
    return OrderState("EXECUTING", lines={"10": Line("IT", "EA", 100 * UNIT)}, groups={"WH/1": group})


@given(st.integers(0, 130), st.tuples(st.integers(0, 130), st.integers(0, 130), st.integers(0, 130)))
def test_books_balance_or_say_so(shipped: int, door: tuple[int, int, int]) -> None:
    """`delivered + refused + damaged ≤ shipped ≤ open` holds exactly when no breach is found."""
    found = breaches(book("HANDED_OVER", shipped, door), ("10",))
    assert bool(found) is (sum(door) > shipped or shipped > 100)


@given(
    st.lists(
        st.sampled_from(["pack.completed", "shipment.handed_over", "shipment.delivered", "pod.captured"]), max_size=8
    )
)
def test_repeating_facts_never_moves_the_books_twice(again: list[str]) -> None:
    """Whatever is told once more under a later instant, the totals stay."""
    whole = order().given(ex.told("shipment.handed_over"), ex.told("shipment.delivered"), ex.told("pod.captured"))
    expected = [account(whole.now(), number) for number in ("10", "20")]
    for place, name in enumerate(again):
        whole.when(ex.told(name, at=after(place + 1)))
    assert [account(whole.now(), number) for number in ("10", "20")] == expected
