"""RET as the fold sees it: one instance a return, whose group is the return's own id."""

from __future__ import annotations

from crossdock.canonical.envelope import Fact
from crossdock.process.machine import NEW, Decision
from crossdock.process.policy import Policy
from crossdock.process.returns.decide import ACTIONS, GUARDS, WATCHES
from crossdock.process.returns.evolve import evolve
from crossdock.process.returns.state import ReturnState
from crossdock.process.returns.table import PROGRESS, ROWS
from crossdock.process.step import HOLD_TTL, Conflict, Spec, TableMachine

WAITS = {
    **dict.fromkeys(
        (
            "return.declined", "return.label_issued", "return.in_transit", "return.received", "return.dispositioned",
            "return.credited", "return.cancelled",
        ),
        HOLD_TTL,
    ),
    "return.inspected": "gap_grace_wms",
}  # fmt: skip

CONFLICTS = {
    "return.declined": Conflict(
        frozenset({"AUTHORISED", "IN_TRANSIT", "PARTLY_RECEIVED", "RECEIVED"}), "INT-05",
        "declined after it was authorised: decide which is true",
    ),
    "return.cancelled": Conflict(
        frozenset({"IN_TRANSIT", "PARTLY_RECEIVED", "RECEIVED", "INSPECTED", "DISPOSITIONED", "CREDITED"}), "INT-05",
        "cancelled when it was on its way or here: receive it, or send it back",
    ),
}  # fmt: skip


def gate(state: ReturnState, key: str, trigger: str, fact: Fact, policy: Policy) -> Decision[ReturnState] | None:
    """Who may speak is a matter of role: the portal asks, the ERP decides, the warehouse receives (OW-13, OW-14)."""
    return None


MACHINE = TableMachine(
    Spec(
        name="RET",
        per_group=True,
        blank=ReturnState(),
        rows=ROWS,
        guards=GUARDS,
        actions=ACTIONS,
        evolve=evolve,
        progress=PROGRESS | {NEW: -1},
        waits=WAITS,
        conflicts=CONFLICTS,
        watches=WATCHES,
        gate=gate,
    )
)
