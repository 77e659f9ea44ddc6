"""What events prove of a charge nobody accrued (domain.md §3.6.1 step 3), and how it is told in a dispute."""

from __future__ import annotations

from decimal import Decimal

from crossdock.process.freight.state import FreightState
from crossdock.process.policy import Policy
from crossdock.process.sums import of_decimal

MINUTES = 60
STOPS_MIN = 2
# A failed attempt that is the carrier's own fault earns it nothing.
CARRIERS_FAULT = "carrier."


def waited_min(state: FreightState, policy: Policy) -> int:
    """Minutes beyond free time, over all stops whose dwell is known."""
    free = policy.money.contract_of(state.carrier).free_time_min
    return sum(max(dwell - free, 0) for dwell in state.dwell_min.values())


def proven(state: FreightState, code: str, amount: int, policy: Policy) -> bool:
    """Whether what happened earns this charge."""
    done = state.execution
    if code == "DET":
        rate = policy.money.contract_of(state.carrier).detention_rate
        waited = waited_min(state, policy)
        return waited > 0 and amount <= of_decimal(rate * Decimal(waited) / MINUTES)
    if done is None:
        return False
    if code == "RDL":
        return any(not reason.startswith(CARRIERS_FAULT) for reason in done.failed.values())
    if code == "STP":
        return done.stops > STOPS_MIN
    return code == "TON" and done.accepted and done.cancelled


def evidence(state: FreightState, code: str, policy: Policy) -> str:
    """What is known about a contested charge, in a sentence."""
    done = state.execution
    if code == "DET":
        free = policy.money.contract_of(state.carrier).free_time_min
        dwell = ", ".join(f"{minutes} min ({appointment})" for appointment, minutes in state.dwell_min.items())
        return f"DET: dwell {dwell or 'not reported'}, {free} min are free"
    if code == "RDL":
        failed = ", ".join(done.failed.values()) if done is not None else ""
        return f"RDL: failed attempts: {failed or 'none'}"
    if code == "STP":
        return f"STP: stops of the load: {done.stops if done is not None and done.stops else 'not known'}"
    return f"{code}: {'no accrual' if not state.accrued.get(code) else 'accrued otherwise'}"
