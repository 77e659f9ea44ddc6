"""Circuit breaker, pure: the gate in, the gate out. Its state is a stored row, so it survives restarts and spans hosts.

A failure is an attempt the endpoint did not answer usefully: no connection, a timeout, a 5xx. A refusal is an answer,
and so is "not so fast" (`Retry-After`): the first closes the breaker, the second is only obeyed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from crossdock.ports.connector import Limits, Outcome, OutcomeKind
from crossdock.ports.outbox import BreakerState, Gate

# The pause between two probes of an endpoint that stays down doubles up to this.
PAUSE_MAX = timedelta(seconds=60)

# A partner's wish is honoured, but not for ever: after this we look again (domain.md §9.1 `p3_defer_max`).
RETRY_AFTER_MAX = timedelta(minutes=60)


class Passage(StrEnum):
    """What the breaker lets through now."""

    ALL = "all"
    PROBE = "probe"
    NOTHING = "nothing"


def passage(gate: Gate, now: datetime) -> Passage:
    """Everything, one probe, or nothing. A probe whose deliverer died is over at `probe_until`."""
    if gate.breaker is BreakerState.CLOSED:
        return Passage.ALL
    probe_under_way = gate.probe_until is not None and gate.probe_until > now
    pausing = gate.open_until is not None and gate.open_until > now
    return Passage.NOTHING if probe_under_way or pausing else Passage.PROBE


def probing(gate: Gate, until: datetime) -> Gate:
    """The gate once a probe was sent off; nobody sends another before `until`."""
    return msgspec.structs.replace(gate, breaker=BreakerState.HALF_OPEN, probe_until=until)


def is_failure(outcome: Outcome) -> bool:
    """Does this outcome say that the endpoint is in trouble?"""
    if outcome.kind is OutcomeKind.TRANSIENT:
        return outcome.retry_after_s <= 0
    return outcome.kind is OutcomeKind.UNKNOWN


def is_answer(outcome: Outcome) -> bool:
    """Does this outcome prove that the endpoint works?"""
    return outcome.kind in (OutcomeKind.DELIVERED, OutcomeKind.REFUSED)


def after_outcome(gate: Gate, outcome: Outcome, now: datetime, limits: Limits, *, was_probe: bool) -> Gate:
    """The gate after one call ended like this.

    A late failure of a call begun before the breaker opened is no news; a late answer is, and closes it.
    """
    if outcome.kind is OutcomeKind.TRANSIENT and outcome.retry_after_s > 0:
        gate = _held(gate, outcome, now)
    if is_answer(outcome):
        return _closed(gate, now)
    if gate.breaker is BreakerState.CLOSED:
        return _failed_while_closed(gate, now, limits) if is_failure(outcome) else gate
    return _failed_probe(gate, now, limits) if was_probe else gate


def _held(gate: Gate, outcome: Outcome, now: datetime) -> Gate:
    wished = now + min(timedelta(seconds=outcome.retry_after_s), RETRY_AFTER_MAX)
    return msgspec.structs.replace(gate, hold_until=max(wished, gate.hold_until or wished))


def _closed(gate: Gate, now: datetime) -> Gate:
    if gate.breaker is BreakerState.CLOSED:
        return msgspec.structs.replace(gate, failures=0) if gate.failures else gate
    return msgspec.structs.replace(
        gate, breaker=BreakerState.CLOSED, failures=0, opens=0, open_until=None, probe_until=None, clear_since=now
    )


def _failed_while_closed(gate: Gate, now: datetime, limits: Limits) -> Gate:
    failures = gate.failures + 1
    if failures < limits.breaker_failures:
        return msgspec.structs.replace(gate, failures=failures)
    return _opened(msgspec.structs.replace(gate, failures=failures), now, limits)


def _failed_probe(gate: Gate, now: datetime, limits: Limits) -> Gate:
    return _opened(gate, now, limits)


def _opened(gate: Gate, now: datetime, limits: Limits) -> Gate:
    # The exponent is capped as well: 2 to the power of a month of failed probes is not a number to compute with.
    pause = timedelta(seconds=limits.breaker_open_s) * (1 << min(gate.opens, 16))
    return msgspec.structs.replace(
        gate,
        breaker=BreakerState.OPEN,
        opens=gate.opens + 1,
        open_until=now + min(pause, max(PAUSE_MAX, timedelta(seconds=limits.breaker_open_s))),
        probe_until=None,
    )
