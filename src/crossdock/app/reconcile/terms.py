"""What a project decides of a check: how far apart, how old, how often (domain.md §6, §9.1)."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from crossdock.process.policy import Policy
from crossdock.process.reconciliation.checks import Check
from crossdock.process.reconciliation.record import Field


def fields_of(check: Check, policy: Policy) -> tuple[Field, ...]:
    """The compared fields with the tolerances the project keeps elsewhere."""
    match check.id:
        case "RC-07":
            stock = policy.stock
            return tuple(
                msgspec.structs.replace(one, absolute=stock.tolerance_units, percent=stock.tolerance_pct)
                for one in check.fields
            )
        case "RC-13":
            return _within(check, policy.milestone_conflict_window)
        case "RC-23":
            return _within(check, policy.appointments.appt_grace)
        case _:
            return check.fields


def _within(check: Check, seconds: int) -> tuple[Field, ...]:
    return tuple(msgspec.structs.replace(one, absolute=Decimal(seconds)) for one in check.fields)


def grace_of(check: Check, policy: Policy) -> int:
    """How old a difference must be to count, in seconds."""
    terms = policy.reconciliation.checks.get(check.id)
    if terms is not None and terms.grace_s is not None:
        return terms.grace_s
    named = {"RC-07": policy.timers.variance_recheck, "RC-17": policy.timers.tm_cmd_ack}
    return named.get(check.id, policy.timers.hold_ttl_orphan if check.id == "RC-18" else check.grace_s)


def every_of(check: Check, policy: Policy) -> int:
    """How often it runs, in seconds."""
    terms = policy.reconciliation.checks.get(check.id)
    return terms.every_s if terms is not None and terms.every_s is not None else check.every_s
