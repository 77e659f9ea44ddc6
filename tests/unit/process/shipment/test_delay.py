"""Late, perhaps late, and not heard of (domain.md §8, §9.1; W-21; TRN-07, TRN-08, TRN-09, TRN-15, BS-11, BS-12)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from crossdock.canonical.events import planning as tms
from crossdock.canonical.events import tracking as trk
from crossdock.canonical.events.tracking import DelayKind
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Windows
from crossdock.canonical.vocabulary import FactClass
from crossdock.kernel.instant import Window
from crossdock.process.effects import CloseCase, Derive, Effect, StopTimer
from crossdock.process.policy import Policy
from crossdock.process.shipment.machine import MACHINE
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.terms.transport import TransportTerms
from crossdock.testing.given import Given, after, cases, elapsed, fact, timers
from tests.unit.process import examples as ex

PROMISE = after(hours=100)


def goods(policy: Policy | None = None) -> Given[ShipmentState]:
    """Confirmed, promised for a hundred hours from noon, picked up within 10 and planned to arrive 36 hours later."""
    asked = replace(ex.told("cmd:plan_shipment").payload, windows=Windows(delivery=Window(latest=PROMISE)))
    plan = replace(
        ex.planned(), windows=Windows(pickup=Window(latest=after(hours=10)), delivery=Window(latest=after(hours=46)))
    )
    start = Given(MACHINE, ex.KEY, policy=policy).given(ex.told("cmd:plan_shipment", asked))
    return start.given(fact(plan, ex.SHIPMENT), ex.told("carrier.tendered"), ex.told("carrier.accepted"))


def expected(at: datetime, confidence: str | None = None) -> tuple[Effect, ...]:
    sure = Decimal(confidence) if confidence is not None else None
    eta = trk.ShipmentEtaChanged(eta=at, confidence=sure)
    return goods().when(fact(eta, ex.SHIPMENT, at=after(hours=1), cls=FactClass.EST)).effects


def concluded(effects: tuple[Effect, ...]) -> list[tuple[str, object]]:
    return [(effect.type, getattr(effect.payload, "kind", None)) for effect in effects if isinstance(effect, Derive)]


@pytest.mark.proves("TRN-08", "TRN-09", "risk_slack", "risk_conf", "SHP-39")
def test_an_estimate_after_the_promise_is_a_delay_and_one_close_to_it_a_risk() -> None:
    assert concluded(expected(after(hours=101))) == [("shipment.delayed", DelayKind.CONFIRMED)]
    assert concluded(expected(after(hours=96.5))) == [("shipment.delayed", DelayKind.RISK)]
    assert concluded(expected(after(hours=95))) == []
    assert concluded(expected(after(hours=96.5), "0.5")) == []
    assert concluded(expected(after(hours=96.5), "0.6")) == [("shipment.delayed", DelayKind.RISK)]


def marked(kind: DelayKind) -> Given[ShipmentState]:
    start = goods()
    decision = start.when(fact(delayed(kind), ex.SHIPMENT))
    assert decision.row == "SHP-39"
    return start


def delayed(kind: DelayKind) -> trk.ShipmentDelayed:
    return trk.ShipmentDelayed(
        kind=kind, promised=Window(latest=PROMISE), expected=after(hours=101), delay_min=60, reason="estimate"
    )


@pytest.mark.proves("TRN-08", "TRN-09", "BS-11", "BS-12")
def test_a_certainty_takes_the_place_of_a_risk() -> None:
    risky = goods()
    first = risky.when(fact(delayed(DelayKind.RISK), ex.SHIPMENT))
    assert (cases(first.effects), risky.now().overlays) == (["TRN-08"], ("delay_risk",))
    sure = risky.when(fact(delayed(DelayKind.CONFIRMED), ex.SHIPMENT))
    assert (cases(sure.effects), risky.now().overlays) == (["TRN-09"], ("delayed",))
    assert CloseCase("TRN-08", ex.KEY) in sure.effects


def test_what_is_known_is_not_said_again_and_a_risk_does_not_take_a_certainty_back() -> None:
    late = marked(DelayKind.CONFIRMED)
    near = trk.ShipmentEtaChanged(eta=after(hours=97))
    assert concluded(late.when(fact(near, ex.SHIPMENT, cls=FactClass.EST)).effects) == []
    again = trk.ShipmentEtaChanged(eta=after(hours=120))
    assert concluded(late.when(fact(again, ex.SHIPMENT, cls=FactClass.EST)).effects) == []


@pytest.mark.proves("risk_clear_after")
def test_a_delay_is_over_when_nothing_has_spoken_for_it_for_a_while() -> None:
    late = marked(DelayKind.CONFIRMED)
    better = trk.ShipmentEtaChanged(eta=after(hours=80))
    calm = late.when(fact(better, ex.SHIPMENT, at=after(hours=2), cls=FactClass.EST))
    assert timers(calm.effects) == {"risk_clear_after": after(minutes=121 + 30)}
    over = late.when(elapsed("risk_clear_after", ex.KEY, at=after(hours=3)))
    assert concluded(over.effects) == [("shipment.delay_cleared", None)]
    cleared = trk.ShipmentDelayCleared(expected=after(hours=80), promised=Window(latest=PROMISE))
    closed = late.when(fact(cleared, ex.SHIPMENT))
    assert (CloseCase("TRN-09", ex.KEY) in closed.effects, late.now().overlays) == (True, ())


def test_a_new_reason_stops_the_clock_that_would_end_the_delay() -> None:
    late = marked(DelayKind.CONFIRMED)
    worse = trk.ShipmentEtaChanged(eta=after(hours=130))
    decision = late.when(fact(worse, ex.SHIPMENT, cls=FactClass.EST))
    assert StopTimer("risk_clear_after", ex.KEY) in decision.effects


@pytest.mark.proves("hold_expect", "TRN-08")
@pytest.mark.parametrize(("hours", "risk"), [(39, False), (41, True)])
def test_a_hold_is_a_risk_if_it_usually_lasts_too_long_for_the_way_that_is_left(hours: int, risk: bool) -> None:
    """24 hours of customs and 36 of way before the promise at 100."""
    held = tms.ShipmentHeld(kind=tms.HoldKind.CUSTOMS, hold_id="H-1")
    decision = goods().when(fact(held, ex.SHIPMENT, at=after(hours=hours)))
    assert concluded(decision.effects) == ([("shipment.delayed", DelayKind.RISK)] if risk else [])


@pytest.mark.proves("delay_grace", "TRN-09")
def test_undelivered_past_the_promise_is_late_whatever_anybody_estimates() -> None:
    asked = replace(ex.told("cmd:plan_shipment").payload, windows=Windows(delivery=Window(latest=PROMISE)))
    born = Given(MACHINE, ex.KEY).when(ex.told("cmd:plan_shipment", asked))
    assert timers(born.effects)["delay_grace"] == after(hours=101)
    rung = goods().when(elapsed("delay_grace", ex.KEY, at=after(hours=101)))
    assert concluded(rung.effects) == [("shipment.delayed", DelayKind.CONFIRMED)]


def under_way(policy: Policy | None = None) -> Given[ShipmentState]:
    return goods(policy).given(ex.told("shipment.handed_over"), ex.told("shipment.departed"))


@pytest.mark.proves("tracking_stale_after", "loss_after", "TRN-07", "TRN-15", "BS-13", "PF-14")
def test_a_shipment_nobody_hears_of_is_stale_and_then_feared_lost() -> None:
    policy = Policy(transport=TransportTerms(tracking_stale_after={"default": 3600}, loss_after=2))
    seen = under_way(policy).when(fact(ex.seen(Milestone.ARRIVED_FACILITY), ex.SHIPMENT, at=after(hours=5)))
    started = timers(seen.effects)
    assert (started["tracking_stale_after"], started["loss_after"]) == (after(hours=6), after(hours=7))
    silent = under_way(policy)
    assert cases(silent.when(elapsed("tracking_stale_after", ex.KEY)).effects) == ["TRN-07"]
    assert cases(silent.when(elapsed("loss_after", ex.KEY)).effects) == ["TRN-15"]
    heard = silent.when(fact(ex.seen(Milestone.ARRIVED_FACILITY), ex.SHIPMENT, at=after(hours=9)))
    assert CloseCase("TRN-07", ex.KEY) in heard.effects


@pytest.mark.proves("PF-14")
def test_each_mode_has_its_own_patience() -> None:
    usual = TransportTerms()
    assert (usual.stale("parcel"), usual.stale("ltl"), usual.stale("ocean")) == (86_400, 172_800, 432_000)
    assert TransportTerms(tracking_stale_after={"parcel": 60}).stale("parcel") == 60


@pytest.mark.proves("TRN-07", "TRN-09")
def test_what_has_arrived_is_neither_late_nor_silent() -> None:
    arrived = under_way().given(ex.told("shipment.delivered"))
    for timer in ("delay_grace", "tracking_stale_after", "loss_after", "risk_clear_after"):
        decision = arrived.when(elapsed(timer, ex.KEY, at=after(hours=200)))
        assert (cases(decision.effects), concluded(decision.effects)) == ([], [])
