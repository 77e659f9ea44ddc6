"""What goes wrong on the way out, in the four words the runtime knows.

refused     the command cannot be written as EDIFACT, or the settings name no parties: a person must change something
transient   the folder or the counter is not reachable
delivered   the file is in place; whether the partner takes it, its CONTRL or APERAK says later
"""

from __future__ import annotations

from crossdock.kernel.errors import CrossdockError, Permanent, Rejected, Transient
from crossdock.ports.connector import Outcome, OutcomeKind


def outcome_of(error: CrossdockError) -> Outcome:
    """The outcome an error means. Writing a file has no unknown outcome: it is there under its name or it is not."""
    match error:
        case Rejected(detail=detail, where=where):
            return Outcome(OutcomeKind.REFUSED, f"{where}: {detail}" if where else detail)
        case Permanent(detail=detail):
            return Outcome(OutcomeKind.REFUSED, detail)
        case Transient(detail=detail, retry_after_s=wait):
            return Outcome(OutcomeKind.TRANSIENT, detail, retry_after_s=wait)
        case _:
            return Outcome(OutcomeKind.TRANSIENT, error.detail)
