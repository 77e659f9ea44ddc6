"""The checks of domain.md §6 as data: what is set against what, how often, how far apart it may be, what follows.

`left` is always ours, rebuilt as it was known `settle_s` ago; `right` is what a partner lists now, or where no partner
is asked, another view of our own (`own`). Times are seconds.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from crossdock.process.reconciliation.record import Compared, Field, Outcome

MINUTE, HOUR = 60, 3600
DAY = 24 * HOUR
ONE = Decimal(1)


class Heal(StrEnum):
    """What is tried before a person is asked (§6, last column): nothing here edits an authority's data."""

    NONE = ""
    RESEND = "resend"
    MATCH_AGAIN = "match_again"


class Check(msgspec.Struct, frozen=True):
    """One check.

    Attributes:
        left: our side by name; `right`: the extract partners are asked for, empty for none; `own`: our other view.
        codes: the exception by outcome; `less` is of a difference where the right side has less, if that has its own.
        resends: commands whose last one is sent again, by the same key, in this order of preference.
        explained_by: commands that explain a difference while one of them is on its way.
        sample: at most so many dossiers a run, 0 for all.
        asks_both: both sides are partners' lists; we keep no copy.
    """

    id: str
    name: str
    left: str
    fields: tuple[Field, ...]
    every_s: int
    grace_s: int
    codes: dict[Outcome, str]
    right: str = ""
    own: str = ""
    less: str = ""
    heal: Heal = Heal.NONE
    resends: tuple[str, ...] = ()
    explained_by: tuple[str, ...] = ()
    sample: int = 0
    asks_both: bool = False

    def code(self, outcome: Outcome, *, less: bool = False) -> str:
        """The mapped exception, empty where the table maps none."""
        if outcome is Outcome.DIFF and less and self.less:
            return self.less
        return self.codes.get(outcome, "")


def _all(code: str) -> dict[Outcome, str]:
    return dict.fromkeys((Outcome.MISSING_LEFT, Outcome.MISSING_RIGHT, Outcome.DIFF), code)


def _exact(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name) for name in names)


def _numbers(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, Compared.NUMBER) for name in names)


_LEFT, _RIGHT, _DIFF = Outcome.MISSING_LEFT, Outcome.MISSING_RIGHT, Outcome.DIFF
_RESEND = Heal.RESEND

ROWS = (
    Check("RC-01", "Orders ERP vs platform", "orders", _exact("rev", "lines"), 15 * MINUTE, 10 * MINUTE,
          _all("INT-11"), right="orders"),
    Check("RC-02", "Released vs WMS", "fulfilments",
          (*_exact("lines"), Field("stage", Compared.STAGE, ONE)), 30 * MINUTE, 30 * MINUTE, _all("WHS-01"),
          right="fulfilment_orders", heal=_RESEND, resends=("create_fulfilment_order",),
          explained_by=("create_fulfilment_order", "update_fulfilment_order", "cancel_fulfilment_order")),
    Check("RC-03", "Order status platform vs ERP", "order_lines", _numbers("shipped", "cancelled"), HOUR, 30 * MINUTE,
          _all("INT-07"), right="order_lines", heal=_RESEND,
          resends=("update_delivery_status", "update_order_status"),
          explained_by=("update_delivery_status", "update_order_status", "post_goods_issue")),
    Check("RC-04", "Packed vs shipped vs goods issue", "handovers", _numbers("quantity"), HOUR, 60 * MINUTE,
          _all("FIN-08"), right="goods_issues", heal=_RESEND, resends=("post_goods_issue",),
          explained_by=("post_goods_issue", "reverse_goods_issue")),
    Check("RC-05", "Shipments TMS vs platform", "shipments",
          (*_exact("lines"), *_numbers("packages"), Field("weight_kg", Compared.NUMBER, percent=Decimal(2))), HOUR,
          30 * MINUTE, _all("TRN-01"), right="shipments", heal=_RESEND, resends=("plan_shipment",),
          explained_by=("plan_shipment", "update_shipment")),
    Check("RC-06", "Load traceability", "load_contents", (), HOUR, 30 * MINUTE, _all("INT-09"),
          own="loads_of_shipments"),
    Check("RC-07", "Inventory quantity WMS vs ERP", "stock",
          (Field("quantity", Compared.NUMBER, ONE, Decimal("0.5")),), 4 * HOUR, HOUR, _all("WHS-12"),
          own="stock_booked"),
    Check("RC-08", "Freight accrual vs invoice", "accruals", _numbers("amount"), DAY, 0,
          {_RIGHT: "FIN-04", _LEFT: "FIN-04", _DIFF: "FIN-01"}, own="freight_invoices", less="FIN-02"),
    Check("RC-09", "POD vs customer invoice", "billable", _numbers("quantity"), 4 * HOUR, 4 * HOUR,
          {_RIGHT: "FIN-06", _LEFT: "FIN-07", _DIFF: "FIN-07"}, right="invoices", less="FIN-06", heal=_RESEND,
          resends=("request_invoice",), explained_by=("request_invoice",)),
    Check("RC-10", "Missing milestones", "expected_milestones", (), 15 * MINUTE, 0, _all("TRN-06"),
          own="seen_milestones", heal=_RESEND, resends=("refresh_tracking",), explained_by=("refresh_tracking",)),
    Check("RC-11", "Customs closure", "customs_released", _exact("released"), DAY, 0,
          {_RIGHT: "CUS-08", _DIFF: "CUS-07"}, own="customs_exits"),
    Check("RC-12", "Declared vs shipped", "declared", _numbers("quantity"), HOUR, 0, _all("CUS-09"),
          own="handed_declared"),
    Check("RC-13", "Carrier vs TMS milestones", "carrier_milestones",
          (Field("at", Compared.NUMBER, Decimal(2 * HOUR)),), 4 * HOUR, 4 * HOUR, _all("TRN-16"),
          own="tms_milestones"),
    Check("RC-14", "Delivered vs run outcome", "run_tasks", (), 30 * MINUTE, 30 * MINUTE, _all("TRN-13"),
          right="task_outcomes", own="run_outcomes"),
    Check("RC-15", "Portal vs ODS", "recomputed", _exact("headline"), 15 * MINUTE, 0, _all("CSR-07"), own="served",
          sample=2000),
    Check("RC-16", "Message completeness", "numbers_due", (), HOUR, 2 * HOUR, _all("INT-10"), own="numbers_received"),
    Check("RC-17", "Commands vs acknowledgements", "commands_open", (), 5 * MINUTE, 15 * MINUTE, _all("INT-06"),
          own="nothing"),
    Check("RC-18", "Holds", "holds", (), 5 * MINUTE, 4 * HOUR, _all("INT-03"), own="nothing", heal=Heal.MATCH_AGAIN),
    Check("RC-19", "Tender vs execution carrier", "tender_carriers", _exact("carrier"), HOUR, HOUR, {_DIFF: "TRN-16"},
          own="execution_carriers"),
    Check("RC-20", "Returns", "returns_authorised",
          (Field("received", Compared.RIGHT_AT_MOST), Field("credited", Compared.RIGHT_AT_MOST)), DAY, DAY,
          {_DIFF: "FIN-09"}, own="returns_received"),
    Check("RC-21", "Backorders", "backorders", _numbers("open"), DAY, HOUR, _all("CSR-08"), right="order_lines",
          heal=_RESEND, resends=("update_order_status",), explained_by=("update_order_status",)),
    Check("RC-22", "Accrual ledger", "accruals_posted", _numbers("amount"), DAY, HOUR, _all("FIN-04"),
          right="accruals", heal=_RESEND, resends=("post_freight_accrual",), explained_by=("post_freight_accrual",)),
    Check("RC-23", "Appointments", "stops", (Field("at", Compared.NUMBER, Decimal(30 * MINUTE)),), HOUR, HOUR,
          _all("TRN-12"), own="bookings"),
    Check("RC-24", "Master data", "masters", _exact("hash"), DAY, HOUR,
          {_RIGHT: "MDM-01", _LEFT: "MDM-01", _DIFF: "MDM-06"}, right="masters",
          asks_both=True),
    Check("RC-25", "Package custody", "packages_shipped", (), 4 * HOUR, DAY, _all("TRN-07"), own="packages_scanned",
          heal=_RESEND, resends=("refresh_tracking",)),
    Check("RC-26", "Duplicate business effect", "invoices_once", _numbers("count"), HOUR, 0, _all("FIN-07"),
          own="invoices_posted"),
    Check("RC-27", "Event store vs projections", "refolded", _exact("state"), DAY, 0, _all("INT-05"), own="nothing",
          sample=2000),
)  # fmt: skip

CHECKS = {check.id: check for check in ROWS}
