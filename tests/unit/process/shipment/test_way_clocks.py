"""The clocks of a shipment's way, each with what it asks for when it rings (domain.md §9.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from crossdock.canonical.commands.tms import InterceptShipment
from crossdock.canonical.events.last_mile import DeliveryFailed, ProofKind
from crossdock.canonical.events.tracking import (
    ExceptionKind,
    ShipmentDelayed,
    ShipmentDeparted,
    ShipmentExceptionReported,
)
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.effects import CloseCase, Derive, OpenCase, Send, StartTimer, StopTimer
from crossdock.process.policy import Policy, Timers
from crossdock.process.shipment.machine import MACHINE
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.terms.expectations import LaneMilestone, expected
from crossdock.process.terms.transport import TransportTerms
from crossdock.testing.given import Given, after, cases, elapsed, fact, sends, timers
from tests.unit.process import examples as ex

CARRIER_WAY = ("cmd:plan_shipment", "shipment.planned", "allocation.confirmed", "carrier.tendered", "carrier.accepted")
PICKUP_BY, PROMISE = after(hours=26), after(hours=76)


def shipment(*more: str, policy: Policy | None = None) -> Given[ShipmentState]:
    """SHP-1 with a carrier confirmed, then told these."""
    return Given(MACHINE, ex.KEY, policy=policy).given(*(ex.told(name) for name in (*CARRIER_WAY, *more)))


def promised(born: Given[ShipmentState]) -> Given[ShipmentState]:
    """The same with a promise to the customer."""
    born.state = replace(born.now(), promise_us=int(PROMISE.timestamp() * 1_000_000))
    return born


def stopped(effects: tuple[object, ...]) -> set[str]:
    return {effect.name for effect in effects if isinstance(effect, StopTimer)}


@pytest.mark.proves("tm_pickup", "TRN-04")
def test_nobody_came_for_it_within_the_grace_after_its_window() -> None:
    born = shipment(policy=Policy(timers=Timers(tm_pickup=1800)))
    again = born.machine.decide(None, ex.KEY, "cmd:plan_shipment", ex.told("cmd:plan_shipment"), born.policy)
    assert "tm_pickup" not in timers(again.effects), "it begins with a carrier"
    accepted = Given(MACHINE, ex.KEY, policy=born.policy).given(*(ex.told(name) for name in CARRIER_WAY[:-1]))
    assert timers(accepted.when(ex.told("carrier.accepted")).effects)["tm_pickup"] == PICKUP_BY + timedelta(minutes=30)
    rung = born.when(elapsed("tm_pickup", ex.KEY, at=after(hours=27)))
    assert (cases(rung.effects), sends(rung.effects)) == (["TRN-04"], ["refresh_tracking"])
    assert "tm_pickup" in stopped(born.when(ex.told("shipment.handed_over")).effects)


@pytest.mark.proves("tm_departure", "TRN-05")
def test_handed_over_and_not_gone_within_four_hours_is_asked_for() -> None:
    born = shipment()
    handed = born.when(ex.told("shipment.handed_over"))
    assert timers(handed.effects)["tm_departure"] == after(1, hours=4), "from its receipt"
    rung = born.when(elapsed("tm_departure", ex.KEY, at=after(hours=5)))
    assert (cases(rung.effects), sends(rung.effects)) == (["TRN-05"], ["refresh_tracking"])
    gone = born.when(fact(ShipmentDeparted(at=after(5)), ex.SHIPMENT, by=Role.SYNC))
    assert "tm_departure" in stopped(gone.effects)
    assert CloseCase("TRN-04", ex.KEY) in gone.effects
    assert CloseCase("TRN-05", ex.KEY) in gone.effects, "gone is gone"


def failed(number: int) -> DeliveryFailed:
    return DeliveryFailed(attempt_no=number, at=after(number), reason="consignee.closed")


def attempted(*numbers: int, policy: Policy | None = None) -> tuple[Given[ShipmentState], tuple[object, ...]]:
    """On the road, and these attempts failed; what the last one asks for."""
    born = shipment("shipment.handed_over", "shipment.departed", policy=policy)
    effects: tuple[object, ...] = ()
    for number in numbers:
        effects = born.when(fact(failed(number), ex.SHIPMENT, at=after(number), by=Role.SYNC)).effects
    return born, effects


@pytest.mark.proves("tm_reattempt", "TRN-10", "TRN-11")
def test_a_new_window_is_agreed_in_time_or_somebody_decides() -> None:
    born, effects = attempted(1)
    assert timers(effects)["tm_reattempt"] == after(2, hours=8)  # type: ignore[arg-type]
    assert cases(effects) == ["TRN-10"]  # type: ignore[arg-type]
    assert stopped(born.when(ex.told("delivery.rescheduled")).effects) == {"tm_reattempt"}
    rung = born.when(elapsed("tm_reattempt", ex.KEY, at=after(hours=9)))
    assert cases(rung.effects) == ["TRN-11"]


@pytest.mark.proves("rts_wait", "TRN-11", "SHP-16")
def test_after_the_last_attempt_it_is_asked_to_turn_back_unless_a_way_is_found() -> None:
    born, effects = attempted(1, 2, 3, policy=Policy(transport=TransportTerms(rts_wait=86_400)))
    assert cases(effects) == ["TRN-11"]  # type: ignore[arg-type]
    assert timers(effects) == {"rts_wait": after(4, hours=24)}  # type: ignore[arg-type]
    rung = born.when(elapsed("rts_wait", ex.KEY, at=after(hours=25)))
    (asked,) = [one.payload for one in rung.effects if isinstance(one, Send)]
    assert asked == InterceptShipment(shipment="SHP-1", request_id=f"{ex.KEY}/rts/3", action="return_to_sender")
    assert timers(rung.effects) == {"tm_intercept": after(1, hours=29)}
    back = born.when(ex.told("shipment.return_started"))
    assert (back.row, {"rts_wait", "tm_intercept"} <= stopped(back.effects)) == ("SHP-18", True)
    late = born.when(elapsed("rts_wait", ex.KEY, at=after(hours=30)))
    assert not late.effects, "on its way back already"


@pytest.mark.proves("tm_intercept", "CSR-04")
def test_a_carrier_that_does_not_answer_the_call_back_is_a_case() -> None:
    born, _ = attempted(1, 2, 3)
    born.when(elapsed("rts_wait", ex.KEY, at=after(hours=25)))
    rung = born.when(elapsed("tm_intercept", ex.KEY, at=after(hours=29)))
    assert cases(rung.effects) == ["CSR-04"]


@pytest.mark.proves("TRN-14", "SHP-37")
@pytest.mark.parametrize("kind", list(ExceptionKind))
def test_damage_shortage_and_excursion_are_one_case_and_a_mark(kind: ExceptionKind) -> None:
    born = shipment("shipment.handed_over")
    decision = born.when(fact(ShipmentExceptionReported(kind=kind, reason="wet"), ex.SHIPMENT))
    (case,) = [one for one in decision.effects if isinstance(one, OpenCase)]
    assert (decision.row, case.code, "damaged" in born.now().overlays) == ("SHP-37", "TRN-14", True)
    assert str(kind) in case.detail


# -- the proof and the door -------------------------------------------------------------------------------------------


@pytest.mark.proves("pod_geo_max_m", "CSR-06", "SHP-32")
def test_a_proof_taken_far_from_the_door_is_looked_at_and_a_better_one_ends_that() -> None:
    born = shipment("shipment.handed_over", "shipment.departed", "shipment.delivered")
    far = replace(ex.proof(ProofKind.SIGNATURE), distance_m=501)
    decision = born.when(fact(far, ex.SHIPMENT))
    assert (decision.row, cases(decision.effects)) == ("SHP-32", ["CSR-06"])
    assert (born.now().state, "proof_in_review" in born.now().overlays) == ("DELIVERED", True)
    near = born.when(fact(replace(far, pod_ref="POD-2", distance_m=500), ex.SHIPMENT))
    assert (near.row, born.now().state, born.now().overlays) == ("SHP-20", "CLOSED", ())
    assert CloseCase("CSR-06", ex.KEY) in near.effects


# -- what is expected of its way --------------------------------------------------------------------------------------


@pytest.mark.proves("lane_milestones")
def test_the_template_says_what_is_due_by_when() -> None:
    hour = 3_600 * 1_000_000
    usual = TransportTerms().lane_milestones
    assert expected(usual, "ltl", 10 * hour, 50 * hour) == (
        (12 * hour, Milestone.DEPARTED_ORIGIN),
        (50 * hour, Milestone.ARRIVED_DELIVERY),
        (52 * hour, Milestone.DELIVERED),
    )
    assert [one for _, one in expected(usual, "ltl", 0, 50 * hour)] == [Milestone.ARRIVED_DELIVERY, Milestone.DELIVERED]
    air = (LaneMilestone(Milestone.ARRIVED_FACILITY, "pickup", 3_600, ("air",)),)
    assert expected(air, "ltl", hour, hour) == ()
    assert expected(air, "air", hour, hour) == ((2 * hour, Milestone.ARRIVED_FACILITY),)
    with pytest.raises(ValueError, match="no progress"):
        LaneMilestone(Milestone.ETA, "pickup")


def told_late(effects: tuple[object, ...]) -> list[str]:
    payloads = [one.payload for one in effects if isinstance(one, Derive)]
    return [one.reason for one in payloads if isinstance(one, ShipmentDelayed)]


@pytest.mark.proves("risk_plan_lag", "lane_milestones", "TRN-08")
def test_behind_what_its_lane_expects_the_promise_is_at_risk_until_it_has_caught_up() -> None:
    """Gone two hours after the window at the latest; six hours later it is at risk."""
    born = promised(shipment())
    due = PICKUP_BY + timedelta(hours=2 + 6)
    booked = promised(Given(MACHINE, ex.KEY).given(*(ex.told(name) for name in CARRIER_WAY[:-1])))
    assert timers(booked.when(ex.told("carrier.accepted")).effects)["risk_plan_lag"] == due
    rung = born.when(elapsed("risk_plan_lag", ex.KEY, at=due))
    assert told_late(rung.effects) == ["no DEPARTED_ORIGIN in time"]
    (risk,) = [one.payload for one in rung.effects if isinstance(one, Derive)]
    raised = born.when(fact(risk, ex.SHIPMENT, at=due, by=Role.SYNC))
    assert (cases(raised.effects), born.now().overlays) == (["TRN-08"], ("delay_risk",))
    gone = fact(ShipmentDeparted(at=due, source_event="x"), ex.SHIPMENT, at=due, by=Role.SYNC)
    born.given(fact(ex.handed_over(), ex.FO, at=due), gone)
    seen = born.when(fact(ex.seen(Milestone.ARRIVED_FACILITY), ex.SHIPMENT, at=due + timedelta(hours=1)))
    assert seen.disposition is Disposition.APPLY
    assert timers(seen.effects)["risk_clear_after"] == due + timedelta(hours=1, minutes=31)


@pytest.mark.proves("risk_plan_lag")
def test_in_time_the_clock_goes_on_to_what_is_expected_next() -> None:
    born = promised(shipment("shipment.handed_over", "shipment.departed"))
    rung = born.when(elapsed("risk_plan_lag", ex.KEY, at=PICKUP_BY + timedelta(hours=8)))
    assert [one for one in rung.effects if isinstance(one, StartTimer)] == [
        StartTimer("risk_plan_lag", ex.KEY, PROMISE + timedelta(hours=6))
    ]


@pytest.mark.proves("milestone_merge_window", "correction_horizon")
def test_a_second_scan_is_the_same_one_within_the_window_and_a_correction_until_the_horizon() -> None:
    policy = Policy(milestone_merge_window=900, correction_horizon=86_400)
    born = shipment("shipment.handed_over", "shipment.departed", policy=policy)

    def scan(minutes: float) -> tuple[Disposition, str]:
        seen = fact(ex.seen(Milestone.ARRIVED_DELIVERY), ex.SHIPMENT, at=after(minutes), by=Role.CAR)
        decision = born.when(seen)
        return decision.disposition, decision.reason

    assert scan(60)[0] is Disposition.APPLY
    assert scan(75) == (Disposition.RECORD, "corroboration")
    assert scan(76) == (Disposition.SUPERSEDE, "correction")
    assert scan(76 + 24 * 60) == (Disposition.SUPERSEDE, "correction")
    assert scan(76 + 48 * 60 + 1) == (Disposition.RECORD, "history")
