"""What becomes of one delivery after one attempt: pure, on the instant and the dice handed in (domain.md §0.6).

Nothing is retried for ever. A command is parked for a person when it has failed `attempts_max` times, when its class's
patience is over, or when the partner's connector declares that a person must resolve an unknown outcome.

What is the endpoint's fault is not held against the command: a failed probe of a closed road is no strike, and patience
counts from when the way was last clear. The road itself has a case and an owner (INT-10); `AGE_MAX` bounds even that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from crossdock.app.deliver.breaker import RETRY_AFTER_MAX
from crossdock.app.deliver.cases import NOT_ACKNOWLEDGED, REFUSED_OR_DEAD, closing, command_case
from crossdock.canonical.retry import RETRY, wait_s
from crossdock.canonical.vocabulary import Priority
from crossdock.ports.connector import Limits, Outcome, OutcomeKind, Resolution
from crossdock.ports.outbox import Claimed, End, Ending, Phase, Requeue
from crossdock.ports.store import CaseRow

# However long an endpoint stays down, a command tried and not delivered for three days goes to a person.
AGE_MAX = timedelta(days=3)

# How long an acknowledgement that comes by another way is waited for: tm_cmd_ack_p0 and tm_cmd_ack of domain.md §9.1.
ACKNOWLEDGEMENT_WAIT = {
    Priority.P0: timedelta(seconds=60),
    Priority.P1: timedelta(minutes=15),
    Priority.P2: timedelta(minutes=15),
    Priority.P3: timedelta(minutes=15),
}


class Attempted(msgspec.Struct, frozen=True, gc=False):
    """One attempt that ended, and the circumstances it is judged by.

    `clear_since` is when the way to the partner was last cleared (healed, resumed, window opened). `probe`: sent to
    find out whether the endpoint is back. `looked_up`: the outcome answers "did it take effect?", not the command.
    """

    row: Claimed
    outcome: Outcome
    clear_since: datetime | None = None
    probe: bool = False
    looked_up: bool = False


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What to record: exactly one of `requeue` and `end`; `cases` only if that was still ours to record."""

    requeue: Requeue | None = None
    end: End | None = None
    cases: tuple[CaseRow, ...] = ()


def judge(done: Attempted, resolution: Resolution, limits: Limits, now: datetime, fraction: float) -> Verdict:
    """What becomes of the delivery. `fraction` in [0, 1) is the jitter."""
    match done.outcome.kind:
        case OutcomeKind.DELIVERED:
            return _delivered(done, now)
        case OutcomeKind.REFUSED if done.looked_up:
            return _again(done, Phase.OPEN, resolution, limits, now, fraction)
        case OutcomeKind.REFUSED:
            return _refused(done, now)
        case OutcomeKind.TRANSIENT:
            # A look-up that could not be made leaves the doubt; a send that could not be made leaves what was before.
            return _again(done, done.row.phase, resolution, limits, now, fraction)
        case OutcomeKind.UNKNOWN:
            return _doubt(done, resolution, limits, now, fraction)


def settle_doubt(row: Claimed, resolution: Resolution, limits: Limits, now: datetime) -> Verdict | None:
    """What becomes of a claimed `UNKNOWN` or `AWAITING` row that needs no call; `None` when a call is to be made."""
    if row.phase is not Phase.OPEN and row.strikes >= limits.attempts_max:
        return _park(row, NOT_ACKNOWLEDGED, f"no answer to {row.strikes} attempts", now)
    if row.phase is Phase.AWAITING:
        return _park(row, NOT_ACKNOWLEDGED, "the partner has not acknowledged it in time: ask whether it was done", now)
    if row.phase is not Phase.UNKNOWN:
        return None
    match resolution:
        case Resolution.IDEMPOTENT_RESEND | Resolution.READ_BACK:
            return None
        case Resolution.AWAIT_ACKNOWLEDGEMENT:
            return Verdict(requeue=_await(row, "it may have arrived: waiting for the partner's acknowledgement", now))
        case Resolution.PERSON:
            return _park(row, NOT_ACKNOWLEDGED, "it may have been done: a person must ask the partner", now)


def backoff(tries: int, lane: int, fraction: float) -> timedelta:
    """Full jitter: uniform between nothing and 1 s doubled with every try, up to the cap of the class."""
    return timedelta(seconds=wait_s(Priority(lane), max(tries, 1))) * fraction


def _delivered(done: Attempted, now: datetime) -> Verdict:
    row, outcome = done.row, done.outcome
    end = End(row.id, row.tries, Ending.DELIVERED, now, outcome.detail, outcome.reference)
    return Verdict(end=end, cases=closing(row, outcome.detail or "delivered", now) if row.parked_before else ())


def _refused(done: Attempted, now: datetime) -> Verdict:
    row, outcome = done.row, done.outcome
    end = End(row.id, row.tries, Ending.REFUSED, now, outcome.detail, outcome.reference)
    detail = f"{row.type} was refused: {outcome.detail or 'no reason given'}. Correct the cause, then retry or skip it"
    return Verdict(end=end, cases=(command_case(row, REFUSED_OR_DEAD, detail, row.cause, now),))


def _doubt(done: Attempted, resolution: Resolution, limits: Limits, now: datetime, fraction: float) -> Verdict:
    row = msgspec.structs.replace(done.row, phase=Phase.UNKNOWN)
    if not done.looked_up:
        settled = settle_doubt(row, resolution, limits, now)
        if settled is not None:
            return settled
    return _again(msgspec.structs.replace(done, row=row), Phase.UNKNOWN, resolution, limits, now, fraction)


def _again(
    done: Attempted, phase: Phase, resolution: Resolution, limits: Limits, now: datetime, fraction: float
) -> Verdict:
    row, outcome = done.row, done.outcome
    throttled = outcome.kind is OutcomeKind.TRANSIENT and outcome.retry_after_s > 0
    answered = outcome.kind is OutcomeKind.REFUSED
    strikes = row.strikes if done.probe or throttled or answered else row.strikes + 1
    why = _out_of_patience(done, strikes, limits, now)
    if why:
        code = NOT_ACKNOWLEDGED if phase is Phase.UNKNOWN else REFUSED_OR_DEAD
        return _park(row, code, f"{why}; last answer: {outcome.detail or outcome.kind.value}", now)
    wait = backoff(row.tries, row.lane, fraction)
    if phase is Phase.UNKNOWN and resolution is Resolution.READ_BACK:
        # The call that timed out may still be running at the partner: asking at once would race it and hear "not done".
        wait = max(wait, timedelta(seconds=limits.timeout_s))
    wished = min(timedelta(seconds=outcome.retry_after_s), RETRY_AFTER_MAX)
    return Verdict(requeue=Requeue(row.id, row.tries, phase, now + max(wait, wished), strikes, outcome.detail))


def _out_of_patience(done: Attempted, strikes: int, limits: Limits, now: datetime) -> str:
    row = done.row
    if now - row.first_tried >= AGE_MAX:
        return f"not delivered in {AGE_MAX.days} days"
    if done.probe:
        return ""
    if strikes >= limits.attempts_max:
        return f"failed {strikes} times"
    since = max(row.first_tried, done.clear_since or row.first_tried)
    patience_s = RETRY[Priority(row.lane)].escalate_after_s
    if (now - since).total_seconds() >= patience_s:
        return f"not delivered within {patience_s / 60:g} min, the limit of class P{row.lane}"
    return ""


def _await(row: Claimed, detail: str, now: datetime) -> Requeue:
    return Requeue(
        row.id, row.tries, Phase.AWAITING, now + ACKNOWLEDGEMENT_WAIT[Priority(row.lane)], row.strikes, detail
    )


def _park(row: Claimed, code: str, why: str, now: datetime) -> Verdict:
    detail = f"{row.type} is parked: {why}. Retry or skip it; later commands for {row.ordering_key} wait behind it"
    end = End(row.id, row.tries, Ending.PARKED, now, why)
    return Verdict(end=end, cases=(command_case(row, code, detail, row.cause, now),))
