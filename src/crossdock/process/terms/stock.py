"""Terms of stock keeping (domain.md §3.8, §9.1)."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class Stock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which stock is kept, how far books may differ, and what is posted.

    Attributes:
        sites: warehouses whose hand-overs are told to the stock they leave from; empty keeps orders and stock apart.
        posted: movement types that change what the ERP books; goods issues and return receipts are posted elsewhere.
        tolerance_units, tolerance_pct: how far quantities may differ: the larger of both.
        unit_values: worth of one base unit by item, in `currency`; an item without one is judged by quantity alone.
        variance_value_min: a difference worth less is none.
        variance_value_auto: a correction of the ERP worth more waits for finance.
        safety: what is not promised, by `warehouse|item` or by item, in base units.
        erp_confirms: whether the ERP says that it booked a goods issue; then its silence is a case.
        late_s: a movement that reaches us later than this has its item checked again.
        snapshot_every_s: how often a warehouse is to report its whole stock; 0 asks for none.
    """

    sites: tuple[str, ...] = ()
    posted: tuple[str, ...] = ("receipt", "adjustment", "count_gain", "count_loss", "scrap", "status_change")
    tolerance_units: Decimal = Decimal(1)
    tolerance_pct: Decimal = Decimal("0.5")
    unit_values: dict[str, Decimal] = {}
    currency: str = "EUR"
    variance_value_min: Decimal = Decimal("25.00")
    variance_value_auto: Decimal = Decimal("250.00")
    safety: dict[str, Decimal] = {}
    erp_confirms: bool = False
    late_s: int = 86_400
    snapshot_every_s: int = 0
