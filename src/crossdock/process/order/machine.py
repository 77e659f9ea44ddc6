"""ORD as the fold sees it."""

from __future__ import annotations

from crossdock.process.order.books import BOOKS
from crossdock.process.order.decide import ACTIONS, GUARDS, WATCHES
from crossdock.process.order.evolve import evolve
from crossdock.process.order.gate import gate
from crossdock.process.order.returns import BOOKS as RETURN_BOOKS
from crossdock.process.order.state import OrderState
from crossdock.process.order.table import PROGRESS, ROWS
from crossdock.process.step import HOLD_TTL, Spec, TableMachine

# `order.released` and its kind are ours and come when they can be taken; what others say of the order may come early.
ABOUT_THE_ORDER = (
    "order.changed", "order.cancel_requested", "order.line_cancelled", "order.held", "order.hold_released",
    "substitution.proposed", "substitution.approved", "substitution.rejected",
)  # fmt: skip

MACHINE = TableMachine(
    Spec(
        name="ORD",
        per_group=False,
        blank=OrderState(),
        rows=ROWS,
        guards=GUARDS,
        actions=ACTIONS,
        evolve=evolve,
        progress=PROGRESS,
        waits=dict.fromkeys((*ABOUT_THE_ORDER, *BOOKS, *RETURN_BOOKS), HOLD_TTL),
        conflicts={},
        watches=WATCHES,
        gate=gate,
    )
)
