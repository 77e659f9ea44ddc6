"""What FO asks for (domain.md §3.2.2, §3.2.7): waiting for predecessors, ship confirmation, voids, cancellation
races.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdock.canonical.events.tracking import ShipmentDeparted
from crossdock.canonical.vocabulary import Disposition
from crossdock.process.fulfilment.machine import MACHINE
from crossdock.process.fulfilment.state import FulfilmentState
from crossdock.process.policy import Policy
from crossdock.testing.given import NOON, Given, after, cases, elapsed, fact, sends, timers
from tests.unit.process import examples as ex

TO_PACKED = ("fulfilment.accepted", "allocation.confirmed", "wave.assigned", "pick.completed", "pack.completed")


def order(steps: int = len(TO_PACKED), policy: Policy | None = None) -> Given[FulfilmentState]:
    """SO-1/WH-NL1/1, this far."""
    born = Given(MACHINE, ex.KEY, policy=policy).given(ex.told("cmd:create_fulfilment_order"))
    return born.given(*(ex.told(step) for step in TO_PACKED[:steps]))


@pytest.mark.proves("FO-16")
def test_hand_over_posts_the_goods_issue_once_and_stops_all_clocks() -> None:
    """FO-16, mission W-16: the one moment that moves stock."""
    decision = order().when(ex.told("shipment.handed_over"))
    assert (decision.row, sends(decision.effects), cases(decision.effects)) == ("FO-16", ["post_goods_issue"], [])


@pytest.mark.proves("hold_ttl_inflight", "INT-03")
def test_an_acknowledgement_that_comes_early_waits_and_an_overdue_wait_is_a_case() -> None:
    """§3.1 step 10, INT-03: allocation before acceptance, until `hold_ttl_inflight`."""
    born = order(0)
    told = ex.told("allocation.confirmed")
    held = born.when(told)
    assert held.disposition is Disposition.HOLD
    assert timers(held.effects)["hold_ttl_inflight"] == told.received_at + timedelta(minutes=30)
    expired = born.when(elapsed("hold_ttl_inflight", ex.KEY, about=told.key, at=after(31)))
    assert cases(expired.effects) == ["INT-03"]
    again = born.when(told)
    assert (again.disposition, timers(again.effects)) == (Disposition.HOLD, {})
    born.given(ex.told("fulfilment.accepted"))
    applied = born.when(told)
    assert applied.row == "FO-04"
    assert "INT-03" in [effect.code for effect in applied.effects if type(effect).__name__ == "CloseCase"]


@pytest.mark.proves("gap_grace_wms")
@pytest.mark.parametrize("name", ["pick.completed", "pack.completed", "shipment.loaded", "shipment.handed_over"])
def test_what_physically_happened_waits_for_its_grace_then_skips_forward(name: str) -> None:
    """§3.2.7: `gap_grace_wms`, then taken with what must have come before it inferred."""
    born = order(1)
    told = ex.told(name)
    assert timers(born.when(told).effects)["gap_grace_wms"] == told.received_at + timedelta(minutes=15)
    born.given(elapsed("gap_grace_wms", ex.KEY, about=told.key, at=after(16)))
    assert born.when(told).disposition is Disposition.APPLY
    assert born.now().state in {"PICKED", "PACKED", "LOADED", "HANDED_OVER"}


@pytest.mark.proves("WHS-09")
def test_a_confirmation_that_is_not_what_was_packed() -> None:
    """WHS-09 for quantities (variant d), WHS-14 for packages; the state applies, the goods are gone."""
    born = order()
    decision = born.when(
        ex.told("shipment.handed_over", ex.handed_over("HO-1", ("10", 40), ("20", 88), sscc="050123450000044101"))
    )
    assert (decision.row, cases(decision.effects)) == ("FO-16", ["WHS-14", "WHS-09"])
    assert sends(decision.effects) == ["post_goods_issue"]


@pytest.mark.proves("over_tol_pct", "WHS-09")
def test_more_than_the_tolerance_allows_is_a_mismatch() -> None:
    """Over-ship beyond `over_tol`."""
    born = order(1)
    told = ex.told("shipment.handed_over", ex.handed_over("HO-1", ("10", 41), ("20", 100)))
    born.given(elapsed("gap_grace_wms", ex.KEY, about=told.key))
    decision = born.when(told)
    assert (decision.row, cases(decision.effects)) == ("FO-17", ["WHS-09"])


@pytest.mark.proves("INT-05")
def test_the_same_packages_cannot_leave_twice() -> None:
    """INT-05; other packages of the same order may follow."""
    born = order().given(ex.told("shipment.handed_over"))
    again = born.when(ex.told("shipment.handed_over", ex.handed_over("HO-2")))
    assert (again.disposition, cases(again.effects)) == (Disposition.ESCALATE, ["INT-05"])
    rest = born.when(ex.told("shipment.handed_over", ex.handed_over("HO-3", sscc="050123450000044101")))
    assert (rest.row, rest.after) == ("FO-16", "HANDED_OVER")


@pytest.mark.proves("FO-18")
def test_a_void_reverses_and_the_next_hand_over_posts_again() -> None:
    """FO-18."""
    born = order().given(ex.told("shipment.handed_over"))
    void = born.when(ex.told("handover.voided"))
    assert (void.row, sends(void.effects)) == ("FO-18", ["reverse_goods_issue"])
    assert sends(born.when(ex.told("shipment.handed_over", ex.handed_over("HO-2"))).effects) == ["post_goods_issue"]


@pytest.mark.proves("FO-26", "WHS-08", "tm_ship_confirm")
def test_a_missing_confirmation_is_asked_for_and_closes_when_it_comes() -> None:
    """FO-26: WHS-08, and four hours from when the departure was inferred (R39, R40)."""
    born = order()
    left = ShipmentDeparted(at=NOON, inferred=True)
    decision = born.when(ex.told("shipment.departed", left))
    assert (decision.row, cases(decision.effects), sends(decision.effects)) == (
        "FO-26",
        ["WHS-08"],
        ["resend_ship_confirmation"],
    )
    assert timers(decision.effects)["tm_ship_confirm"] == after(1) + timedelta(hours=4, minutes=30)
    confirmed = born.when(ex.told("shipment.handed_over"))
    assert "WHS-08" in [effect.code for effect in confirmed.effects if type(effect).__name__ == "CloseCase"]
    assert not born.now().inferred


@pytest.mark.proves("FO-22")
def test_the_truck_wins_the_race() -> None:
    """FO-22, whether the warehouse has answered the cancellation or not; its later answer contradicts."""
    born = order().given(ex.told("cmd:cancel_fulfilment_order"))
    assert born.when(ex.told("shipment.handed_over")).row == "FO-22"
    late = born.when(ex.told("fulfilment.cancelled"))
    assert (late.disposition, cases(late.effects)) == (Disposition.ESCALATE, ["INT-05"])


def test_progress_while_a_cancellation_is_open_waits_for_its_answer() -> None:
    """Refused: it goes on where it was."""
    born = order(3).given(ex.told("cmd:cancel_fulfilment_order"))
    picked = ex.told("pick.completed")
    assert born.when(picked).disposition is Disposition.HOLD
    assert born.when(ex.told("fulfilment.cancel_rejected")).after == "WAVED"
    assert born.when(picked).row == "FO-09"


@pytest.mark.proves("OW-03", "INT-04")
def test_another_warehouse_is_refused() -> None:
    """OW-03: by who accepted it, and by policy before anybody has."""
    told = ex.PAYLOADS["wave.assigned"][1]()
    foreign = order(1).when(fact(told, ex.FO, instance="wms-gb1"))
    assert (foreign.disposition, cases(foreign.effects)) == (Disposition.REJECT, ["INT-04"])
    policy = Policy(wms_instances={"WH-NL1": "wms-nl1"})
    early = order(0, policy).when(fact(ex.PAYLOADS["fulfilment.accepted"][1](), ex.FO, instance="wms-gb1"))
    assert early.disposition is Disposition.REJECT


@pytest.mark.proves("WHS-04", "tm_handover", "tm_cutoff")
@pytest.mark.proves("tm_fo_accept", "WHS-01", "WHS-03", "WHS-06", "WHS-07")
@pytest.mark.parametrize(
    ("timer", "steps", "code"),
    [
        ("tm_fo_accept", 0, "WHS-01"), ("tm_allocate", 1, "WHS-04"), ("tm_pick_start", 2, "WHS-03"),
        ("tm_pick", 3, "WHS-06"), ("tm_pack", 4, "WHS-06"), ("tm_handover", 5, "WHS-07"), ("tm_cutoff", 5, "WHS-07"),
    ],
)  # fmt: skip
def test_an_overdue_step_is_a_case(timer: str, steps: int, code: str) -> None:
    """§9.1."""
    assert cases(order(steps).when(elapsed(timer, ex.KEY)).effects) == [code]
