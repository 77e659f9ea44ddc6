"""Transitions of RUN (domain.md §3.3.3).

A platform may speak of a whole run at once, or of one task of it at a time: then each statement is a row taken again.
A run may first be heard of when it leaves; its tasks have their own patience with that.
"""

from __future__ import annotations

from crossdock.process.machine import KEEP, NEW, Row

PLANNED, ASSIGNED, DISPATCHED = "PLANNED", "ASSIGNED", "DISPATCHED"
COMPLETED, CANCELLED = "COMPLETED", "CANCELLED"

PROGRESS = {NEW: -1, PLANNED: 10, ASSIGNED: 20, DISPATCHED: 30, COMPLETED: 40, CANCELLED: 40}

ALIVE = (PLANNED, ASSIGNED, DISPATCHED)

ROWS = (
    Row("RUN-01", (NEW,), "run.planned", PLANNED, "", ("tell_tasks",)),
    Row("RUN-01", (PLANNED, ASSIGNED), "run.planned", KEEP, "newer_or_more", ("tell_tasks",)),
    Row("RUN-02", (NEW, PLANNED), "run.assigned", ASSIGNED),
    Row("RUN-03", (NEW, PLANNED, ASSIGNED), "run.dispatched", DISPATCHED, "", ("tell_tasks", "+tm_run")),
    Row("RUN-03", (DISPATCHED,), "run.dispatched", KEEP, "", ("tell_tasks", "+tm_run")),
    Row("RUN-04", (DISPATCHED,), "run.completed", COMPLETED, "",
        ("tell_end", "-tm_run", "-silence", "+account", "left_open")),
    Row("RUN-04", (COMPLETED,), "run.completed", KEEP, "", ("tell_end", "left_open")),
    Row("RUN-05", ALIVE, "run.cancelled", CANCELLED, "", ("tell_all", "-tm_run", "-silence")),
)  # fmt: skip
