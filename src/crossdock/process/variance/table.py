"""Transitions of one variance (domain.md §3.8, VAR).

Whether a posting explains a difference is judged where the books are (MOV), which then says
`inventory.variance_resolved`:
that is VAR-02, and VAR-06 where the adjustment of a count leaves nothing to be posted.
"""

from __future__ import annotations

from crossdock.process.machine import KEEP, NEW, Row, index_rows

OPEN, COUNTING = "OPEN", "COUNTING"
ERP_ADJUST, WMS_ADJUST, RESOLVED = "ERP_ADJUST", "WMS_ADJUST", "RESOLVED"

EXPLAINED = "inventory.variance_resolved"

ROWS = (
    Row("VAR-01", (NEW,), "inventory.variance_detected", OPEN),
    Row("VAR-01", (OPEN, COUNTING, ERP_ADJUST, WMS_ADJUST), "inventory.variance_detected", KEEP),
    Row("VAR-02", (OPEN, COUNTING), EXPLAINED, RESOLVED),
    Row("VAR-03", (OPEN,), "cmd:request_count", COUNTING),
    Row("VAR-04", (COUNTING, OPEN), "inventory.counted", ERP_ADJUST, "equals_wms"),
    Row("VAR-05", (COUNTING, OPEN), "inventory.counted", WMS_ADJUST),
    Row("VAR-06", (ERP_ADJUST, WMS_ADJUST), "inventory.erp_posted", RESOLVED, "settles"),
    Row("VAR-06", (ERP_ADJUST, WMS_ADJUST), EXPLAINED, RESOLVED),
)

INDEX = index_rows(ROWS)
