"""What becomes of an event after one attempt, and of the way to its subscriber: pure.

The schedule is days long, for the other side may need a weekend. An endpoint that answers nobody is not pressed: the
breaker of all deliveries (`deliver.breaker`) opens, one event probes, the others keep their whole schedule.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from crossdock.app.deliver.breaker import after_outcome
from crossdock.app.deliver.cases import endpoint_cases
from crossdock.canonical.vocabulary import Role
from crossdock.ports.connector import Limits, Outcome, OutcomeKind
from crossdock.ports.directory import Partner
from crossdock.ports.outbox import BreakerState, Gate
from crossdock.ports.store import CaseRow
from crossdock.ports.subscriptions import Answer, Attempt, EventState, Ready, Settled, Subscription

# The waits between two attempts: dense first, then out to three days (Standard Webhooks, "Deliverability").
SCHEDULE_S = (5, 30, 120, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400, 86_400)
AGE_MAX = timedelta(days=4)
LIMITS = Limits(timeout_s=15.0, breaker_failures=10, breaker_open_s=30.0)
# Every wait is between four and six fifths of its row, so that a thousand events do not come back in one second.
SPREAD_MIN, SPREAD = 0.8, 0.4
GONE, TOO_FAST, UNAVAILABLE = 410, 429, 503
DETAIL_CHARS_MAX = 500

OPENED, HEALED, WAS_GONE, GAVE_UP = "breaker_opened", "healed", "gone", "given_up"


class Judged(msgspec.Struct, frozen=True):
    """Everything to record about a round: the subscription as it is to be, events, notices to its owner, cases."""

    after: Subscription
    settled: tuple[Settled, ...]
    notices: tuple[tuple[str, str], ...]
    cases: tuple[CaseRow, ...]


def judge(subscription: Subscription, sent: Sequence[tuple[Ready, Answer]], now: datetime, fraction: float) -> Judged:
    """What became of these attempts. `fraction` in [0, 1) spreads the waits."""
    probe = subscription.breaker is not BreakerState.CLOSED
    before = gate = gate_of(subscription)
    for _, answer in sent:
        gate = after_outcome(gate, outcome_of(answer), now, LIMITS, was_probe=probe)
    gone = any(answer.status == GONE for _, answer in sent)
    settled = tuple(_settled(ready, answer, now, fraction, probe=probe) for ready, answer in sent)
    last = sent[-1][1].detail
    notices = [*_of_breaker(before, gate, last), *_of_events(settled)]
    if gone:
        notices.append((WAS_GONE, "the address answered 410 Gone: nothing more is sent; correct it and resume"))
    cases = endpoint_cases(endpoint_of(subscription), before, gate, last, now)
    after = msgspec.structs.replace(
        subscription,
        paused="the address answered 410 Gone" if gone else subscription.paused,
        breaker=gate.breaker,
        failures=gate.failures,
        opens=gate.opens,
        open_until=gate.open_until,
        clear_since=gate.clear_since,
        hold_until=gate.hold_until,
    )
    return Judged(after, settled, tuple(notices), tuple(cases))


def outcome_of(answer: Answer) -> Outcome:
    """An answer in the words of the breaker: whatever is no yes says that the endpoint is in trouble."""
    if 200 <= answer.status < 300:
        return Outcome(OutcomeKind.DELIVERED, answer.detail)
    asked = answer.retry_after_s if answer.status in (TOO_FAST, UNAVAILABLE) else 0.0
    return Outcome(OutcomeKind.TRANSIENT, answer.detail, retry_after_s=asked)


def gate_of(subscription: Subscription) -> Gate:
    """The way to a subscriber as the breaker knows ways."""
    return Gate(
        subscription.id,
        subscription.breaker,
        subscription.failures,
        subscription.opens,
        subscription.open_until,
        clear_since=subscription.clear_since,
        hold_until=subscription.hold_until,
    )


def endpoint_of(subscription: Subscription) -> Partner:
    """Whom a case about the endpoint names."""
    name = f"the subscription {subscription.label or subscription.id}"
    return Partner(subscription.id, Role.PRT, "webhook", name=name, steward=f"its owner {subscription.owner}")


def _settled(ready: Ready, answer: Answer, now: datetime, fraction: float, *, probe: bool) -> Settled:
    attempts, first = ready.attempts + 1, ready.first_tried or now
    detail = answer.detail[:DETAIL_CHARS_MAX]
    call = Attempt(attempts, now, answer.status, answer.ms, detail)
    if 200 <= answer.status < 300:
        return Settled(ready.number, EventState.DELIVERED, attempts, ready.strikes, now, first, detail, call, now)
    excused = probe or answer.status == GONE or outcome_of(answer).retry_after_s > 0
    strikes = ready.strikes if excused else ready.strikes + 1
    if strikes > len(SCHEDULE_S) or now - first >= AGE_MAX:
        return Settled(ready.number, EventState.GIVEN_UP, attempts, strikes, now, first, detail, call, now)
    wait_s = SCHEDULE_S[strikes - 1] * (SPREAD_MIN + SPREAD * fraction) if not excused else answer.retry_after_s
    # A wish beyond the schedule's longest wait is not ours to fulfil.
    due = now + timedelta(seconds=min(wait_s, SCHEDULE_S[-1]))
    return Settled(ready.number, EventState.OPEN, attempts, strikes, due, first, detail, call)


def _of_breaker(before: Gate, after: Gate, last: str) -> list[tuple[str, str]]:
    was, now = before.breaker is BreakerState.CLOSED, after.breaker is BreakerState.CLOSED
    if was and not now:
        told = f"your address does not take events ({last}): they wait for you in order, and one is tried every minute"
        return [(OPENED, told)]
    if now and not was:
        return [(HEALED, "your address takes events again: what waited is on its way")]
    return []


def _of_events(settled: Sequence[Settled]) -> list[tuple[str, str]]:
    lost = [one for one in settled if one.state is EventState.GIVEN_UP]
    return [
        (
            GAVE_UP,
            f"event {one.number} was tried {one.attempts} times and given up ({one.detail}): replay it when mended",
        )
        for one in lost
    ]
