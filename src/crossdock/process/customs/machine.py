"""CD as the fold sees it."""

from __future__ import annotations

from crossdock.process.customs.decide import ACTIONS, GUARDS
from crossdock.process.customs.evolve import evolve
from crossdock.process.customs.observe import WATCHES, gate
from crossdock.process.customs.state import DeclarationState
from crossdock.process.customs.table import (
    ACCEPTED,
    AMENDING,
    CANCELLED,
    ENQUIRY,
    EXITED,
    HELD,
    PROGRESS,
    REFUSED,
    ROWS,
    SUBMITTED,
)
from crossdock.process.step import HOLD_TTL, Conflict, Spec, TableMachine

WAITS = {
    **dict.fromkeys(
        (
            "customs.declared", "customs.accepted", "customs.rejected", "customs.held", "customs.docs_requested",
            "customs.released", "customs.release_refused", "customs.amended", "customs.amendment_rejected",
            "customs.cancelled", "customs.cancel_denied", "customs.exit_enquiry",
        ),
        HOLD_TTL,
    ),
    "customs.exit_confirmed": "hold_ttl_exit",
}  # fmt: skip

VOID = "its declaration was cancelled: find out what customs means, and declare anew if it must"
CONFLICTS = {
    "customs.accepted": Conflict(frozenset({CANCELLED}), "CUS-06", VOID),
    "customs.released": Conflict(frozenset({CANCELLED}), "CUS-06", VOID),
    "customs.held": Conflict(frozenset({EXITED, CANCELLED}), "CUS-06", "it had ended otherwise: ask customs"),
    "customs.release_refused": Conflict(frozenset({ENQUIRY, EXITED}), "CUS-06", "it had been released: ask customs"),
    "customs.cancelled": Conflict(
        frozenset({SUBMITTED, ACCEPTED, HELD, REFUSED, AMENDING, EXITED}), "CUS-06", "nobody asked for it: ask customs"
    ),
    "customs.exit_confirmed": Conflict(
        frozenset({CANCELLED, REFUSED}), "CUS-06", "the goods are out, and must not be: stop them, disclose it"
    ),
}

MACHINE = TableMachine(
    Spec(
        name="CD",
        per_group=True,
        blank=DeclarationState(),
        rows=ROWS,
        guards=GUARDS,
        actions=ACTIONS,
        evolve=evolve,
        progress=PROGRESS,
        waits=WAITS,
        conflicts=CONFLICTS,
        watches=WATCHES,
        gate=gate,
    )
)
