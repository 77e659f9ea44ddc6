"""What SHP asks for and concludes (domain.md §3.3.1, §3.3.4): tender gate, hand-over, departure, attempts, delivery,
proof.
"""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from msgspec.structs import replace

from crossdock.canonical.events.last_mile import AttemptResult, DeliveryAttempted, ProofKind
from crossdock.canonical.events.tracking import RetractReason, ShipmentDelivered, TrackingRetracted
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Mode
from crossdock.canonical.vocabulary import Disposition, FactClass, Role
from crossdock.process.effects import CloseCase, Derive, Link, Send
from crossdock.process.policy import Policy
from crossdock.process.shipment.conclude import departure
from crossdock.process.shipment.machine import MACHINE
from crossdock.process.shipment.state import ShipmentState
from crossdock.testing.given import NOON, Given, after, cases, derives, elapsed, fact, sends, tells, timers
from tests.unit.process import examples as ex

CARRIER_WAY = ("cmd:plan_shipment", "shipment.planned", "allocation.confirmed", "carrier.tendered", "carrier.accepted")


def shipment(*more: str, fleet: bool = False, policy: Policy | None = None) -> Given[ShipmentState]:
    """SHP-1 with a carrier (or a run) confirmed, then told these."""
    born = Given(MACHINE, ex.KEY, policy=policy)
    if fleet:
        born.given(
            ex.told("cmd:plan_shipment"),
            ex.told("shipment.planned", ex.planned(Mode.OWN_FLEET, load="")),
            ex.told("run.planned"),
        )
    else:
        born.given(*(ex.told(name) for name in CARRIER_WAY))
    return born.given(*(ex.told(name) for name in more))


def scan(milestone: Milestone, *, at: int = 0, by: Role = Role.CAR, **more: object) -> object:
    """A sighting by the carrier, minutes after noon."""
    return fact(ex.seen(milestone, **more), ex.SHIPMENT, at=after(at), by=by)


def concluded(born: Given[ShipmentState], told: object) -> list[str]:
    """Tell it, then everything that follows from it; the rows taken."""
    decision = born.when(told)  # type: ignore[arg-type]
    rows = [decision.row] if decision.row else []
    for effect in decision.effects:
        if isinstance(effect, Derive) and not effect.to:
            at = told.at  # type: ignore[attr-defined]
            rows += concluded(born, fact(effect.payload, effect.subject, at=at, by=Role.SYNC, name=effect.type))
    return rows


# -- planning and tender ----------------------------------------------------------------------------------------------


@pytest.mark.proves("tender_gate")
def test_stock_opens_the_tender_gate_whatever_comes_first() -> None:
    """FO-04, SHP-02: firm up and tender once both are known."""
    planned_first = Given(MACHINE, ex.KEY).given(ex.told("cmd:plan_shipment"), ex.told("shipment.planned"))
    assert sends(planned_first.when(ex.told("allocation.confirmed")).effects) == ["update_shipment", "tender_load"]
    stock_first = Given(MACHINE, ex.KEY).given(ex.told("cmd:plan_shipment"), ex.told("allocation.confirmed"))
    decision = stock_first.when(ex.told("shipment.planned"))
    assert (decision.row, sends(decision.effects)) == ("SHP-02", ["update_shipment", "tender_load"])


def test_own_fleet_gets_a_task_and_no_tender() -> None:
    """R4 and R8 of the golden trace."""
    born = Given(MACHINE, ex.KEY).given(ex.told("cmd:plan_shipment"))
    planned = born.when(ex.told("shipment.planned", ex.planned(Mode.OWN_FLEET, load="")))
    assert sends(planned.effects) == ["create_delivery_task"]
    assert sends(born.when(ex.told("allocation.confirmed")).effects) == ["update_shipment"]


@pytest.mark.proves("CG-05", "SHP-06")
def test_acceptance_tells_the_warehouse_and_links_the_pro() -> None:
    """SHP-06, CG-05; with a load the PRO belongs to it."""
    born = Given(MACHINE, ex.KEY).given(
        ex.told("cmd:plan_shipment"), ex.told("shipment.planned", ex.planned(load="")), ex.told("carrier.tendered")
    )
    decision = born.when(ex.told("carrier.accepted"))
    assert sends(decision.effects) == ["update_carrier_assignment"]
    assert [link.reference.ident for link in decision.effects if isinstance(link, Link)] == ["pro|NVTR|NV1"]
    assert timers(decision.effects)["tm_pickup"] == after(hours=27)


@pytest.mark.proves("TRN-02", "TRN-03", "SHP-07", "SHP-08")
def test_without_a_load_the_next_carrier_is_asked_until_the_list_is_exhausted() -> None:
    """SHP-07, TRN-02, TRN-03."""
    born = Given(MACHINE, ex.KEY, policy=Policy(max_tenders=2)).given(
        ex.told("cmd:plan_shipment"), ex.told("shipment.planned", ex.planned(load="")), ex.told("carrier.tendered")
    )
    expired = born.when(ex.told("tender.expired"))
    assert (cases(expired.effects), sends(expired.effects)) == (["TRN-02"], ["tender_load"])
    born.given(ex.told("carrier.tendered"))
    exhausted = born.when(ex.told("carrier.rejected"))
    assert (cases(exhausted.effects), sends(exhausted.effects)) == (["TRN-03"], [])


@pytest.mark.proves("CG-03")
def test_packages_are_told_to_the_tms_and_lead_here() -> None:
    """FO-13: final packages and weights, CG-03; before the plan they wait."""
    decision = shipment().when(ex.told("pack.completed"))
    assert sends(decision.effects) == ["update_shipment"]
    assert [link.reference.ident for link in decision.effects if isinstance(link, Link)] == [f"sscc||{ex.SSCC}"]
    early = Given(MACHINE, ex.KEY).given(ex.told("cmd:plan_shipment"))
    assert early.when(ex.told("pack.completed")).disposition is Disposition.HOLD


# -- hand-over and departure ------------------------------------------------------------------------------------------


def test_hand_over_is_told_to_tms_and_erp() -> None:
    """SHP-10."""
    decision = shipment().when(ex.told("shipment.handed_over"))
    assert (decision.row, sends(decision.effects)) == ("SHP-10", ["confirm_handover", "update_delivery_status"])


@pytest.mark.proves("TRN-16", "SHP-11")
def test_hand_over_without_a_confirmed_carrier_is_a_contradiction_to_solve() -> None:
    """SHP-11: the goods are gone all the same."""
    born = Given(MACHINE, ex.KEY).given(ex.told("cmd:plan_shipment"), ex.told("shipment.planned"))
    decision = born.when(ex.told("shipment.handed_over"))
    assert (decision.row, cases(decision.effects)) == ("SHP-11", ["TRN-16"])


@pytest.mark.proves("tm_handover_grace", "SHP-13", "OW-04")
def test_departure_before_hand_over_waits_then_is_inferred() -> None:
    """R37 and R39 of the golden trace: HOLD 30 min from receipt, then SHP-13."""
    born = shipment()
    seen = scan(Milestone.DEPARTED_ORIGIN)
    held = born.when(seen)  # type: ignore[arg-type]
    assert held.disposition is Disposition.HOLD
    assert timers(held.effects)["tm_handover_grace"] == after(1) + timedelta(minutes=30)
    born.given(elapsed("tm_handover_grace", ex.KEY, about=seen.key, at=after(31)))  # type: ignore[attr-defined]
    assert concluded(born, seen) == ["SHP-13"]
    assert born.now().inferred


def test_hand_over_that_comes_first_needs_no_inference() -> None:
    """Variant (a)."""
    born = shipment("shipment.handed_over")
    assert concluded(born, scan(Milestone.DEPARTED_ORIGIN, at=5)) == ["SHP-12"]
    assert not born.now().inferred


@pytest.mark.proves("SHP-31")
def test_a_late_confirmation_clears_the_inference() -> None:
    """SHP-31."""
    born = shipment()
    born.state = replace(born.now(), state="IN_TRANSIT", departed_us=1, inferred=True)
    assert born.when(ex.told("shipment.handed_over")).row == "SHP-31"
    assert not born.now().inferred


def test_a_load_is_told_what_its_shipments_do() -> None:
    """LD-06, LD-07."""
    born = shipment("shipment.handed_over")
    decision = born.when(ex.told("shipment.departed"))
    assert [(name, to.ident) for name, to in tells(decision.effects)] == [("shipment.departed", "load||LD-1")]


# -- on the way -------------------------------------------------------------------------------------------------------


def under_way() -> Given[ShipmentState]:
    """Departed."""
    return shipment("shipment.handed_over", "shipment.departed")


def test_a_late_scan_is_recorded_and_moves_nothing() -> None:
    """§3.3.4 late."""
    born = under_way()
    concluded(born, scan(Milestone.OUT_FOR_DELIVERY, at=600))
    before = born.now().track.frontier
    late = born.when(scan(Milestone.ARRIVED_FACILITY, at=60))  # type: ignore[arg-type]
    assert late.disposition is Disposition.RECORD
    assert (born.now().state, born.now().track.frontier) == ("OUT_FOR_DELIVERY", before)


def test_arrival_is_concluded_once_a_stop() -> None:
    """R52: SHP-14 with `shipment.arrived`."""
    decision = under_way().when(scan(Milestone.ARRIVED_DELIVERY, at=60, stop_seq=2))  # type: ignore[arg-type]
    assert (decision.row, derives(decision.effects)) == ("SHP-14", ["shipment.arrived"])


def test_delivery_is_concluded_once() -> None:
    """R53, then another source within the merge window: evidence."""
    born = under_way()
    assert concluded(born, scan(Milestone.DELIVERED, at=60)) == ["SHP-19"]
    again = born.when(scan(Milestone.DELIVERED, at=65, by=Role.TMS))  # type: ignore[arg-type]
    assert (again.disposition, derives(again.effects)) == (Disposition.RECORD, [])


@pytest.mark.proves("milestone_conflict_window", "TRN-16")
def test_two_deliveries_far_apart_contradict() -> None:
    """Beyond `milestone_conflict_window`: TRN-16, state stays."""
    born = under_way()
    concluded(born, scan(Milestone.DELIVERED, at=60))
    other = born.when(scan(Milestone.DELIVERED, at=600, by=Role.TMS))  # type: ignore[arg-type]
    assert (other.disposition, cases(other.effects)) == (Disposition.ESCALATE, ["TRN-16"])


@pytest.mark.proves("post_delivery_grace", "TRN-16")
@pytest.mark.parametrize(("minutes", "disposition"), [(90, Disposition.RECORD), (300, Disposition.ESCALATE)])
def test_movement_after_delivery(minutes: int, disposition: Disposition) -> None:
    """Within `post_delivery_grace` a scan is late, beyond it contradicts (TRN-16)."""
    born = under_way()
    concluded(born, scan(Milestone.DELIVERED, at=60))
    moved = born.when(scan(Milestone.DEPARTED_FACILITY, at=minutes))  # type: ignore[arg-type]
    assert moved.disposition is disposition
    assert born.now().state == "DELIVERED"


def test_an_estimate_is_never_progress() -> None:
    """Class EST."""
    told = fact(ex.seen(Milestone.DELIVERED), ex.SHIPMENT, by=Role.CAR, cls=FactClass.EST)
    assert under_way().when(told).disposition is Disposition.RECORD


def test_partial_delivery_names_what_is_left() -> None:
    """SHP-33: refused lines CSR-05."""
    payload = ShipmentDelivered(at=NOON, lines=ex.at_door(("10", 38, 2), ("20", 100, 0)))
    decision = under_way().when(ex.told("shipment.delivered", payload))
    assert (decision.row, cases(decision.effects)) == ("SHP-33", ["CSR-05"])


def test_skipped_scans_imply_the_departure() -> None:
    """Carriers omit scans: delivered straight after hand-over."""
    assert concluded(shipment("shipment.handed_over"), scan(Milestone.DELIVERED, at=60)) == ["SHP-12", "SHP-19"]


@pytest.mark.parametrize("seen", [True, False])
def test_a_departure_nobody_saw_is_not_reported_beside_the_delivery_it_follows_from(seen: bool) -> None:
    """The ERP may know the delivery already, from before the hand-over was confirmed: its status must not go back."""
    born = shipment("shipment.handed_over")
    departed = cast(Derive, departure(born.now(), ex.KEY, ex.told("pod.captured"), seen=seen)[0])
    reports = sends(born.when(ex.told("shipment.departed", departed.payload)).effects)
    assert ("update_delivery_status" in reports) is seen


# -- own fleet --------------------------------------------------------------------------------------------------------


def test_dispatch_departs_and_sets_out() -> None:
    """R28: one fact of the platform, SHP-12 and SHP-15."""
    assert concluded(shipment("shipment.handed_over", fleet=True), ex.told("run.dispatched")) == ["SHP-12", "SHP-15"]


def test_dispatch_before_hand_over_waits() -> None:
    """Goods that were not handed over cannot be on the vehicle yet, as far as we know."""
    assert shipment(fleet=True).when(ex.told("run.dispatched")).disposition is Disposition.HOLD


@pytest.mark.proves("TRN-10", "SHP-16", "SHP-17")
def test_attempts_are_counted_by_number_and_end_in_a_case() -> None:
    """SHP-16, SHP-17: TRN-10 and a new window, then TRN-11."""
    born = shipment("shipment.handed_over", fleet=True)
    concluded(born, ex.told("run.dispatched"))
    failed = DeliveryAttempted(attempt_no=1, at=NOON, result=AttemptResult.FAILED, reason="consignee.closed")
    assert concluded(born, fact(failed, ex.SHIPMENT, by=Role.LMD)) == ["SHP-16"]
    assert born.when(fact(failed, ex.SHIPMENT, at=after(9), by=Role.LMD)).disposition is Disposition.RECORD
    assert born.now().attempt == 2
    assert concluded(born, ex.told("run.dispatched", at=after(hours=20))) == ["SHP-17"]
    assert concluded(
        born, ex.told("delivery.completed", replace(ex.PAYLOADS["delivery.completed"][1](), attempt_no=2))
    ) == ["SHP-19"]


@pytest.mark.proves("TRN-11", "max_attempts")
def test_the_last_attempt_offers_other_ways() -> None:
    """attempts ≥ max_attempts: TRN-11 instead of another window."""
    born = shipment("shipment.handed_over", "shipment.departed", policy=Policy(max_attempts=1))
    decision = born.when(ex.told("delivery.failed"))
    assert (cases(decision.effects), sends(decision.effects)) == (["TRN-11"], [])


@pytest.mark.proves("OW-06", "OW-07")
@pytest.mark.parametrize(
    ("fleet", "role", "disposition"),
    [(True, Role.CAR, Disposition.REJECT), (True, Role.TMS, Disposition.RECORD), (False, Role.LMD, Disposition.REJECT)],
)
def test_only_the_legs_owner_is_heard(fleet: bool, role: Role, disposition: Disposition) -> None:
    """OW-06, OW-07."""
    born = shipment("shipment.handed_over", fleet=fleet)
    decision = born.when(scan(Milestone.DELIVERED, by=role))  # type: ignore[arg-type]
    assert decision.disposition is disposition
    assert cases(decision.effects) == (["INT-04"] if disposition is Disposition.REJECT else [])


def test_failed_and_delivered_by_two_sources_is_for_a_person() -> None:
    """§3.3.4 contradictory; by the same source the later one holds."""
    born = under_way()
    concluded(born, scan(Milestone.DELIVERY_ATTEMPTED, at=60, attempt_no=1))
    other = born.when(scan(Milestone.DELIVERED, at=90, by=Role.TMS, attempt_no=1))  # type: ignore[arg-type]
    assert (other.disposition, cases(other.effects)) == (Disposition.ESCALATE, ["TRN-16"])
    assert concluded(born, scan(Milestone.DELIVERED, at=95, attempt_no=1)) == ["SHP-19"]


# -- proof ------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("SHP-20", "SHP-32")
def test_a_complete_proof_closes_and_an_incomplete_one_is_asked_for() -> None:
    """SHP-32, SHP-20."""
    born = Given(MACHINE, ex.KEY, policy=Policy(proof_required=("signature", "photo")))
    born.given(
        *(ex.told(name) for name in (*CARRIER_WAY, "shipment.handed_over", "shipment.departed", "shipment.delivered"))
    )
    poor = born.when(ex.told("pod.captured"))
    assert (poor.row, sends(poor.effects)) == ("SHP-32", ["request_pod"])
    assert [command.payload.missing for command in poor.effects if isinstance(command, Send)] == [("photo",)]  # type: ignore[attr-defined]
    full = ex.proof(ProofKind.SIGNATURE, ProofKind.PHOTO)
    assert born.when(ex.told("pod.captured", full)).row == "SHP-20"


@pytest.mark.proves("gap_grace_pod")
def test_a_proof_before_the_delivery_implies_it_after_its_grace() -> None:
    """Variant (h): HOLD 2 h, then delivered at `captured_at`."""
    born = under_way()
    proof = ex.told("pod.captured")
    held = born.when(proof)
    assert timers(held.effects)["gap_grace_pod"] == proof.received_at + timedelta(hours=2)
    born.given(elapsed("gap_grace_pod", ex.KEY, about=proof.key, at=after(130)))
    assert concluded(born, proof) == ["SHP-19"]
    assert born.when(proof).row == "SHP-20"


@pytest.mark.proves("tm_pod")
def test_an_overdue_proof_is_a_case_and_a_question() -> None:
    """`tm_pod`: 48 h for a carrier, 1 h on our own fleet."""
    born = under_way()
    decision = born.when(ex.told("shipment.delivered"))
    assert timers(decision.effects)["tm_pod"] == NOON + timedelta(hours=48)
    overdue = born.when(elapsed("tm_pod", ex.KEY, at=after(hours=48)))
    assert (cases(overdue.effects), sends(overdue.effects)) == (["TRN-06"], ["request_pod"])


def test_delivery_closes_the_cases_of_its_delay() -> None:
    """TRN-06 to TRN-10 auto-resolved."""
    closed = {
        effect.code
        for effect in under_way().when(ex.told("shipment.delivered")).effects
        if isinstance(effect, CloseCase)
    }
    assert {"TRN-06", "TRN-07", "TRN-08", "TRN-09", "TRN-10"} <= closed


# -- holds ------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("SHP-26", "SHP-27")
def test_a_hold_blocks_the_dock_and_its_release_starts_the_clock_again() -> None:
    """SHP-26, SHP-27."""
    born = shipment()
    held = born.when(ex.told("shipment.held"))
    assert sends(held.effects) == ["hold_shipment", "block_loading"]
    freed = born.when(ex.told("shipment.hold_released"))
    assert sends(freed.effects) == ["release_shipment_hold", "unblock_loading"]
    assert "tm_pickup" in timers(freed.effects)


def test_after_departure_only_the_tms_is_told_to_hold() -> None:
    """As applicable."""
    assert sends(under_way().when(ex.told("shipment.held")).effects) == ["hold_shipment"]


def test_another_claim_of_the_delivery_may_be_taken_back() -> None:
    """I4: what the delivery does not rest on cannot undo it."""
    decision = under_way().given(ex.told("shipment.delivered")).when(ex.told("tracking.retracted"))
    assert (decision.row, cases(decision.effects)) == ("", [])


@pytest.mark.proves("SHP-21")
def test_a_retracted_delivery_is_under_way_again() -> None:
    """SHP-21: TRN-16 until it is delivered again."""
    delivered = ex.told("shipment.delivered")
    born = under_way().given(delivered)
    taken_back = TrackingRetracted(target=delivered.key, reason=RetractReason.DID_NOT_OCCUR)
    decision = born.when(ex.told("tracking.retracted", taken_back))
    assert (decision.row, cases(decision.effects)) == ("SHP-21", ["TRN-16"])
    assert concluded(born, scan(Milestone.DELIVERED, at=600)) == ["SHP-19"]
