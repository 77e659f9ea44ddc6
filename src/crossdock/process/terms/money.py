"""Money as policy: invoice timing, freight tolerances, contracts and rates (domain.md §9.1, §9.3, §3.6.1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec


class Tolerance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a freight invoice may be off. Amounts in the contract's currency, percentages of what was accrued."""

    tol_pos_abs: Decimal = Decimal("50.00")
    tol_pos_pct: Decimal = Decimal(5)
    tol_neg_abs: Decimal = Decimal("250.00")
    tol_neg_pct: Decimal = Decimal(20)
    header_floor: Decimal = Decimal("5.00")
    charge_floor: Decimal = Decimal("15.00")
    charge_pct: Decimal = Decimal(5)
    weight_tol_pct: Decimal = Decimal(5)


class Contract(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was agreed with a carrier (its SCAC).

    Attributes:
        currency: what it is agreed in, empty for that of the estimate.
        rate_date: the day foreign money is converted at, `YYYY-MM-DD`, or `invoice` for the invoice's own.
        accrual_trigger: `handover` (confirmed) or `delivery`, for contracts that pay on delivery.
        detention_rate: an hour of waiting beyond `free_time_min` minutes a stop.
        authorised: charge codes agreed beforehand.
    """

    currency: str = ""
    rate_date: str = "invoice"
    accrual_trigger: str = "handover"
    detention_rate: Decimal = Decimal(0)
    free_time_min: int = 120
    authorised: tuple[str, ...] = ()


class MoneyTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """See the module.

    Attributes:
        invoiced_by: `hub` asks for every invoice; an `erp` that bills of its own accord is told what happened, no more.
        invoice_policies: by customer; an order's own word comes before it, the Incoterm after it.
        invoice_split: one invoice an `order`, `shipment` or `line`.
        period_policy: what triggers within a period that is billed at its end.
        invoice_amounts: `exact` compares what was posted with what was asked for, `ignore` (an ERP that adds tax) not.
        invoice_tries: how often an invoice is asked for before a person must look.
        carriers: by SCAC, or by `SCAC|customer`, which goes before it.
        rates: units of the second currency for one of the first, by `USD/EUR` and day.
        ops_override_limit: what one person at the console may approve or dispute alone, in the currency of the case.
        duplicate_days: how far apart two equal invoices may be and still be suspected to be one.
    """

    invoiced_by: Literal["hub", "erp"] = "hub"
    invoice_policies: dict[str, str] = {}
    invoice_split: str = "shipment"
    period_policy: str = "on_delivery"
    invoice_amounts: str = "exact"
    invoice_tries: int = 3
    tolerance: Tolerance = Tolerance()
    carriers: dict[str, Tolerance] = {}
    contracts: dict[str, Contract] = {}
    contract: Contract = Contract()
    rates: dict[str, dict[str, Decimal]] = {}
    pay_undisputed: bool = False
    freight_override_limit: Decimal = Decimal("250.00")
    freight_s2_abs: Decimal = Decimal("500.00")
    cancel_fee_auto_max: Decimal = Decimal("50.00")
    ops_override_limit: Decimal = Decimal("1000.00")
    duplicate_days: int = 120

    def tolerance_of(self, carrier: str, customer: str) -> Tolerance:
        """The tolerance for this carrier's invoices about this customer's goods."""
        return self.carriers.get(f"{carrier}|{customer}") or self.carriers.get(carrier) or self.tolerance

    def contract_of(self, carrier: str) -> Contract:
        """What was agreed with this carrier."""
        return self.contracts.get(carrier, self.contract)
