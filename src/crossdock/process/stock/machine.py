"""MOV as the fold sees it: one instance for all movements of an item in a warehouse.

A movement has no instance of its own, or the stock of a busy item would grow without end; its rows are in `table`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import Disposition
from crossdock.process.authority import foreign_warehouse
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.process.step import ACTUAL, HOLD_TTL, grace_over
from crossdock.process.stock import decide as do
from crossdock.process.stock.state import StockState

GRACE = "gap_grace_wms"

ON: Mapping[str, do.Decide] = {
    "inventory.moved": do.statement,
    "inventory.adjusted": do.statement,
    "inventory.status_changed": do.statement,
    "inventory.snapshot_taken": do.snapshot,
    "inventory.counted": do.counted,
    "inventory.erp_posted": do.posted,
    "inventory.erp_post_failed": do.post_failed,
    "cmd:post_inventory_movement": do.correction,
    "handover.voided": do.voided,
    "timer:tm_erp_post": do.post_overdue,
    "timer:negative_grace": do.still_negative,
    "timer:variance_recheck": do.recheck,
}


class StockMachine:
    """Implements `process.machine.Machine`."""

    name = "MOV"
    listens = frozenset({*ON, f"timer:{GRACE}", f"timer:{HOLD_TTL}"})
    per_group = False
    state_type = StockState

    def decide(self, state: StockState | None, key: str, trigger: str, fact: Fact, policy: Policy) -> do.Step:
        """See `Machine.decide`."""
        current = state or StockState()
        if trigger in (f"timer:{GRACE}", f"timer:{HOLD_TTL}"):
            return grace_over(current, key, trigger[6:], fact)
        refused = foreign_warehouse("", key.partition("|")[0], key, fact, policy)
        if refused is not None:
            return cast("do.Step", refused)
        if fact.cls not in ACTUAL and not trigger.startswith("cmd:"):
            return Decision(Disposition.RECORD, reason=f"{fact.cls} statements do not move stock")
        return ON[trigger](current, key, fact, policy)

    def label(self, state: StockState) -> str:
        """How far the ERP has booked what moved."""
        return state.state or "COUNTED"


MACHINE = StockMachine()
