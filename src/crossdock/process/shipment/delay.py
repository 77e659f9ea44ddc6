"""Whether a shipment is late, or may be: concluded from estimates, holds and the clock (domain.md §8, TRN-07 to -09).

The conclusion is a fact of ours, `shipment.delayed` or `shipment.delay_cleared`; SHP-39 marks the shipment by it.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import cast

from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.planning import ShipmentHeld
from crossdock.canonical.events.tracking import (
    DelayKind,
    ShipmentDelayCleared,
    ShipmentDelayed,
    ShipmentEtaChanged,
)
from crossdock.kernel.instant import Window, from_micros, micros
from crossdock.process.effects import CloseCase, Derive, Effect, OpenCase, StartTimer, StopTimer
from crossdock.process.policy import Policy
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.shipment.table import DELIVERED
from crossdock.process.step import latest

Effects = tuple[Effect, ...]
Watched = tuple[ShipmentState | None, Effects]

LATE, CLEAR, STALE, LOST = "delay_grace", "risk_clear_after", "tracking_stale_after", "loss_after"
CLOCKS = (LATE, CLEAR, STALE, LOST)
ENDED = (DELIVERED, "CLOSED", "RETURNED", "LOST", "CANCELLED")
SECOND = 1_000_000
SURE = Decimal(1)


def watch_promise(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Undelivered some time after the promise, it is late, whatever anybody estimates."""
    if not state.promise_us:
        return ()
    due = from_micros(state.promise_us) + timedelta(seconds=policy.transport.delay_grace)
    return (StartTimer(LATE, key, max(due, latest(fact))),)


def weigh_estimate(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A new estimate: later than promised it is late; close to it, with enough confidence, it may be (§8 a)."""
    said = cast(ShipmentEtaChanged, fact.payload)
    if not state.promise_us or state.state in ENDED:
        return ()
    slack = state.promise_us - micros(said.eta)
    if slack < 0:
        return conclude(state, key, DelayKind.CONFIRMED, micros(said.eta), "estimate")
    sure = (said.confidence if said.confidence is not None else SURE) >= policy.transport.risk_conf
    if sure and slack < policy.transport.risk_slack * SECOND:
        return conclude(state, key, DelayKind.RISK, micros(said.eta), "estimate")
    return back_in_time(state, key, fact, policy)


def weigh_hold(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Held as long as such holds usually last, and then the planned way: does it still come in time? (§8 c)"""
    held = cast(ShipmentHeld, fact.payload)
    if not state.promise_us or state.state in ENDED:
        return ()
    transit = max(state.deliver_by_us - state.pickup_by_us, 0) if state.pickup_by_us and state.deliver_by_us else 0
    free = micros(fact.at) + policy.transport.hold(str(held.kind)) * SECOND + transit
    if free <= state.promise_us:
        return ()
    return conclude(state, key, DelayKind.RISK, free, f"hold {held.kind}")


def freed(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """No hold stands any more: what it made doubtful is doubtful for a while yet."""
    return () if state.holds else back_in_time(state, key, fact, policy)


def conclude(state: ShipmentState, key: str, kind: DelayKind, expected_us: int, reason: str) -> Effects:
    """Late, or at risk; said once for each, and a certainty is not taken back by a risk."""
    mark = "delay_risk" if kind is DelayKind.RISK else "delayed"
    still = (StopTimer(CLEAR, key),)
    if mark in state.overlays or (kind is DelayKind.RISK and "delayed" in state.overlays):
        return still
    minutes = max(expected_us - state.promise_us, 0) // (60 * SECOND)
    delayed = ShipmentDelayed(
        kind=kind,
        promised=Window(latest=from_micros(state.promise_us)),
        expected=from_micros(expected_us),
        delay_min=minutes,
        reason=reason,
    )
    return (*still, Derive("shipment.delayed", _subject(state, key), delayed))


def back_in_time(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Nothing speaks for a delay now; if nothing does for a while, it is over."""
    if not {"delayed", "delay_risk"} & set(state.overlays):
        return ()
    return (StartTimer(CLEAR, key, latest(fact) + timedelta(seconds=policy.transport.risk_clear_after)),)


def clear(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Watched:
    """The while is over."""
    if not {"delayed", "delay_risk"} & set(state.overlays) or state.state in ENDED:
        return None, ()
    promised = Window(latest=from_micros(state.promise_us))
    over = ShipmentDelayCleared(expected=from_micros(state.eta_us or state.promise_us), promised=promised)
    return None, (Derive("shipment.delay_cleared", _subject(state, key), over),)


def too_late(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Watched:
    """The promise has passed, and its grace."""
    if state.state in ENDED:
        return None, ()
    return None, conclude(state, key, DelayKind.CONFIRMED, max(state.eta_us, micros(fact.at)), "promise passed")


def raise_delay(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """TRN-09 for a certainty, which ends the risk; TRN-08 for a risk."""
    said = cast(ShipmentDelayed, fact.payload)
    when = f"expected {said.expected:%Y-%m-%d %H:%MZ}, {said.delay_min} min after the promise ({said.reason})"
    if said.kind is DelayKind.RISK:
        return (OpenCase("TRN-08", key, f"{when}: expedite, or change the promise"),)
    return (CloseCase("TRN-08", key), OpenCase("TRN-09", key, f"{when}: agree a new date, or expedite"))


def end_delay(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Back within the promise."""
    return (CloseCase("TRN-08", key), CloseCase("TRN-09", key))


# -- silence ----------------------------------------------------------------------------------------------------------


def watch_silence(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """From each sign of life on: how long it may be silent, and when its loss is to be feared."""
    stale = policy.transport.stale(state.mode)
    return (
        StartTimer(STALE, key, fact.placed_at + timedelta(seconds=stale)),
        StartTimer(LOST, key, fact.placed_at + timedelta(seconds=stale * policy.transport.loss_after)),
        CloseCase("TRN-07", key),
    )


def stale(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Watched:
    """TRN-07."""
    if state.state in ENDED:
        return None, ()
    return None, (OpenCase("TRN-07", key, "under way, and nothing heard of it: call the carrier, then trace it"),)


def feared_lost(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Watched:
    """TRN-15."""
    if state.state in ENDED:
        return None, ()
    return None, (OpenCase("TRN-15", key, "not heard of for very long: trace it, then declare it lost or found"),)


def _subject(state: ShipmentState, key: str) -> Subject:
    return Subject("shipment", state.tms_id or key)
