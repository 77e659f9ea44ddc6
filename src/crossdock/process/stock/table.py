"""Transitions of one movement (domain.md §3.8, MOV). MOV-05 is taken by the movement that is taken back."""

from __future__ import annotations

from crossdock.process.machine import NEW, Row, index_rows
from crossdock.process.stock.state import FAILED, POSTED, RECORDED, REVERSED

STATEMENTS = ("inventory.moved", "inventory.adjusted", "inventory.status_changed")

ROWS = (
    *(Row("MOV-01", (NEW,), trigger, RECORDED) for trigger in STATEMENTS),
    Row("MOV-02", (RECORDED,), "inventory.erp_posted", POSTED),
    Row("MOV-03", (RECORDED,), "inventory.erp_post_failed", FAILED),
    Row("MOV-04", (FAILED,), "inventory.erp_posted", POSTED),
    Row("MOV-05", (POSTED, RECORDED), "inventory.moved", REVERSED),
)

_INDEX = index_rows(ROWS)


def row_of(trigger: str, state: str) -> Row | None:
    """The row a movement in this state takes."""
    found = _INDEX.get(trigger, {}).get(state, ())
    return found[0] if found else None
