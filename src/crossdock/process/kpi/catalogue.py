"""The KPIs as data (domain.md §7): what each is called, its unit, its boards, and how contributions add up.

Excluded everywhere: orders of type sample, and from minute-level KPIs times known only as a date or assumed (K-33
counts those).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from crossdock.process.kpi.measure import Aggregate


class Kpi(msgspec.Struct, frozen=True):
    """One row of §7. `source` is `log` (a dossier's facts), `events`, `cases`, `commands` or `checks`."""

    id: str
    name: str
    unit: str
    boards: tuple[str, ...]
    aggregate: Aggregate
    source: str = "log"


def _row(id_: str, name: str, unit: str, boards: str, aggregate: Aggregate, source: str = "log") -> Kpi:
    return Kpi(id_, name, unit, tuple(boards.split()), aggregate, source)


_SHARE, _SPREAD, _AGE, _MEAN, _TOTAL = Aggregate

# fmt: off
ROWS = (
    _row("K-01", "Order release latency", "s", "OPS INT EXE", _SPREAD),
    _row("K-02", "Release block rate", "%", "OPS", _SHARE),
    _row("K-03", "Order-to-ship cycle time", "h", "OPS WHS EXE", _SPREAD),
    _row("K-04", "Order-to-shipment lag", "min", "TRN INT", _SPREAD),
    _row("K-05", "Ship-on-time", "%", "WHS", _SHARE),
    _row("K-06", "Fill rate of the first release", "%", "WHS EXE", _SHARE),
    _row("K-07", "Short pick rate", "%", "WHS", _SHARE),
    _row("K-08", "Backorder ageing", "d", "CSR", _AGE),
    _row("K-09", "On-time delivery", "%", "TRN EXE", _SHARE),
    _row("K-10", "On time against the revised promise", "%", "TRN", _SHARE),
    _row("K-11", "On time in full", "%", "EXE", _SHARE),
    _row("K-12", "First-attempt success", "%", "TRN", _SHARE),
    _row("K-13", "Tender acceptance", "%", "TRN", _SHARE),
    _row("K-14", "Milestone freshness", "h", "TRN CSR", _AGE),
    _row("K-15", "Milestone completeness", "%", "TRN INT", _SHARE),
    _row("K-16", "Event latency", "s", "INT", _SPREAD, "commands"),
    _row("K-17", "Source lateness", "min", "INT", _SPREAD, "events"),
    _row("K-18", "ETA accuracy", "h", "TRN", _MEAN),
    _row("K-19", "Customs hold time", "h", "CUS EXE", _SPREAD),
    _row("K-20", "Customs rejection rate", "%", "CUS", _SHARE),
    _row("K-21", "Release lead time", "h", "CUS", _SPREAD),
    _row("K-22", "Exit confirmation rate", "%", "CUS FIN", _SHARE),
    _row("K-23", "Proof of delivery completion time", "h", "CSR FIN", _SPREAD),
    _row("K-24", "Ship-to-invoice latency", "h", "FIN EXE", _SPREAD),
    _row("K-25", "Invoice accuracy", "%", "FIN", _SHARE),
    _row("K-26", "Freight accrual accuracy", "%", "FIN EXE", _SHARE),
    _row("K-27", "Freight auto-match rate", "%", "FIN", _SHARE),
    _row("K-28", "Freight posting timeliness", "%", "FIN", _SHARE),
    _row("K-29", "Inventory synchronisation lag", "min", "WHS INT", _SPREAD),
    _row("K-30", "Inventory accuracy", "%", "WHS FIN", _SHARE),
    _row("K-31", "Exception resolution time", "h", "OPS WHS TRN CUS FIN CSR INT EXE", _SPREAD, "cases"),
    _row("K-32", "Cases solved within their deadline", "%", "OPS EXE", _SHARE, "cases"),
    _row("K-33", "Doubtful times", "%", "INT", _SHARE),
    _row("K-34", "Duplicate suppression", "%", "INT", _SHARE),
    _row("K-35", "Facts on hold", "min", "INT", _AGE, "cases"),
    _row("K-36", "Synchronisation completeness", "%", "INT EXE", _SHARE, "checks"),
    _row("K-37", "Portal accuracy", "%", "CSR INT", _SHARE, "checks"),
    _row("K-38", "Manual touch rate", "%", "EXE", _SHARE),
    _row("K-39", "Incident recovery", "min", "INT EXE", _SPREAD, "cases"),
    _row("K-40", "Return cycle time", "d", "CSR FIN", _SPREAD),
    _row("K-41", "Delays looked up without a reason", "%", "CSR", _SHARE, "cases"),
    _row("K-42", "Dwell", "min", "TRN FIN", _SPREAD),
)
# fmt: on

KPIS: Mapping[str, Kpi] = MappingProxyType({row.id: row for row in ROWS})
