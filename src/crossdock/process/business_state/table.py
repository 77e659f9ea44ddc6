"""The business states as data (domain.md §8): facet, label, owning queue, what the portal says, and how grave it is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType

import msgspec


class Facet(StrEnum):
    """Four questions, each with one answer at a time."""

    FLOW = "FLOW"
    COMPLIANCE = "COMPLIANCE"
    MONEY = "MONEY"
    SYNC = "SYNC"


class Grade(IntEnum):
    """How grave; a tile shows the worst of its four facets."""

    QUIET = 0
    GOOD = 1
    WATCH = 2
    ACT = 3
    STOP = 4


class BusinessState(msgspec.Struct, frozen=True):
    """One row of §8. `queues` own the work it means; `portal` is empty where customers see nothing of it."""

    id: str
    facet: Facet
    label: str
    queues: tuple[str, ...]
    portal: str
    grade: Grade


def _row(id_: str, facet: Facet, label: str, queues: str, portal: str, grade: Grade) -> BusinessState:
    return BusinessState(id_, facet, label, tuple(queues.split()), portal, grade)


_F, _C, _M, _S = Facet.FLOW, Facet.COMPLIANCE, Facet.MONEY, Facet.SYNC
_QUIET, _GOOD, _WATCH, _ACT, _STOP = Grade
INVESTIGATING = "We are investigating"
PREPARING = "Being prepared"
LAST_GOOD = "last good status"

# fmt: off
ROWS = (
    _row("BS-01", _F, "Cancelled", "", "Cancelled", _QUIET),
    _row("BS-02", _F, "Status under review", "TRN INT", LAST_GOOD, _ACT),
    _row("BS-03", _F, "Lost or loss suspected", "TRN", INVESTIGATING, _ACT),
    _row("BS-04", _F, "Damaged or short, under review", "TRN", INVESTIGATING, _ACT),
    _row("BS-05", _F, "Returned to sender or returning", "CSR", "Returning", _WATCH),
    _row("BS-06", _F, "Delivery failed", "TRN", "Delivery attempted", _ACT),
    _row("BS-07", _F, "Delivered, proof pending", "TRN", "Delivered", _GOOD),
    _row("BS-08", _F, "Delivered, proof under review", "CSR", "Delivered", _WATCH),
    _row("BS-09", _F, "Delivered", "", "Delivered", _GOOD),
    _row("BS-10", _F, "Out for delivery", "TRN", "Out for delivery", _GOOD),
    _row("BS-11", _F, "In transit, delayed", "TRN", "Delayed, new date", _ACT),
    _row("BS-12", _F, "In transit with delay risk", "TRN", "In transit", _WATCH),
    _row("BS-13", _F, "In transit, tracking stale", "TRN", "In transit", _WATCH),
    _row("BS-14", _F, "In transit, ship confirmation missing", "WHS", "In transit", _ACT),
    _row("BS-15", _F, "In transit", "TRN", "In transit", _GOOD),
    _row("BS-16", _F, "Handed over, awaiting departure", "TRN", "Shipped", _GOOD),
    _row("BS-17", _F, "Held at dock", "", "Delayed", _ACT),
    _row("BS-18", _F, "No carrier", "TRN", PREPARING, _ACT),
    _row("BS-19", _F, "Awaiting carrier acceptance", "TRN", PREPARING, _GOOD),
    _row("BS-20", _F, "Cut-off at risk or missed", "WHS", PREPARING, _ACT),
    _row("BS-21", _F, "Stuck before pick", "WHS", PREPARING, _ACT),
    _row("BS-22", _F, "Stuck in pick or pack", "WHS", PREPARING, _WATCH),
    _row("BS-23", _F, "Short, decision needed", "WHS CSR", PREPARING, _ACT),
    _row("BS-24", _F, "Ready, awaiting pick-up", "TRN", "Packed", _GOOD),
    _row("BS-25", _F, "Packed, carrier not confirmed", "TRN", "Packed", _WATCH),
    _row("BS-26", _F, "Picking or packing", "WHS", PREPARING, _GOOD),
    _row("BS-27", _F, "Waiting for wave, or waved", "WHS", PREPARING, _GOOD),
    _row("BS-28", _F, "Awaiting warehouse acceptance", "WHS", "Confirmed", _GOOD),
    _row("BS-29", _F, "Customer action required", "CSR", "Action needed", _ACT),
    _row("BS-30", _F, "Planning failed", "TRN", "Confirmed", _ACT),
    _row("BS-31", _F, "Release blocked", "", "Confirmed", _ACT),
    _row("BS-32", _F, "Awaiting release", "INT", "Confirmed", _GOOD),
    _row("BS-33", _F, "Partially shipped, backorder open", "CSR", "Partly shipped", _WATCH),
    _row("BS-34", _F, "Backordered", "CSR", "Backordered", _WATCH),
    _row("BS-35", _C, "Compliance breach", "CUS", "", _STOP),
    _row("BS-36", _C, "Export refused", "CUS", "Delayed", _STOP),
    _row("BS-37", _C, "Held by customs", "CUS", "Delayed: customs formalities", _ACT),
    _row("BS-38", _C, "Declaration rejected, or data missing", "CUS", "", _ACT),
    _row("BS-39", _C, "Awaiting customs release", "CUS", "", _GOOD),
    _row("BS-40", _C, "Exit not confirmed", "CUS", "", _WATCH),
    _row("BS-41", _C, "On hold", "", "On hold", _ACT),
    _row("BS-42", _C, "Clear", "", "", _QUIET),
    _row("BS-43", _M, "Invoice failed or mismatched", "FIN", "", _ACT),
    _row("BS-44", _M, "Invoice blocked, no proof of delivery", "FIN", "", _ACT),
    _row("BS-45", _M, "Credit note pending", "FIN", "", _WATCH),
    _row("BS-46", _M, "Ready to invoice, not posted", "FIN", "", _WATCH),
    _row("BS-47", _M, "Freight settlement mismatch", "FIN", "", _ACT),
    _row("BS-48", _M, "Freight in dispute", "FIN", "", _WATCH),
    _row("BS-49", _M, "Freight invoice unmatched", "FIN", "", _WATCH),
    _row("BS-50", _M, "Freight accrued, invoice awaited", "FIN", "", _GOOD),
    _row("BS-51", _M, "Billed", "", "Invoiced", _GOOD),
    _row("BS-56", _M, "Nothing due yet", "", "", _QUIET),
    _row("BS-52", _S, "Not synchronised to ERP", "INT FIN", "", _ACT),
    _row("BS-53", _S, "Events on hold", "INT", "", _WATCH),
    _row("BS-54", _S, "Status may be stale", "INT", "Status as of {as_of}", _WATCH),
    _row("BS-55", _S, "In sync", "", "", _QUIET),
)
# fmt: on

BUSINESS_STATES: Mapping[str, BusinessState] = MappingProxyType({row.id: row for row in ROWS})

# Which queue owns a hold, by its kind (domain.md §5 says who owns the cases behind each).
HOLD_QUEUES: Mapping[str, str] = MappingProxyType(
    {"customs": "CUS", "compliance": "CUS", "credit": "FIN", "payment": "FIN", "customer": "CSR", "warehouse": "WHS"}
)
