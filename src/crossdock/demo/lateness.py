"""What it costs in the demo not to solve a case in time (domain.md §5): the terms a made-up company has with its
customers, carriers, offices and banks. Pure.

Sums are of the order that tariffs and the trade press give; a case that costs nobody money has no price.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from crossdock.process.terms.cases import Price


class Term(msgspec.Struct, frozen=True):
    """One line of the company's terms: why it costs, which cases, what."""

    why: str
    codes: str
    price: Price


def _price(fee: str = "0", per_hour: str = "0", order_pct: str = "0", at_most: str = "0") -> Price:
    return Price(Decimal(fee), Decimal(per_hour), Decimal(order_pct), Decimal(at_most))


TERMS = (
    Term("chargeback of the customer for a despatch advice that is missing or wrong", "WHS-08 WHS-09 WHS-14",
         _price("250.00", "10.00", at_most="750.00")),
    Term("detention: a truck, a driver or a dock waits", "WHS-07 TRN-04 TRN-05 TRN-12 TRN-13",
         _price("150.00", "60.00", at_most="1500.00")),
    Term("premium freight for what leaves later", "TRN-01 TRN-02 TRN-03", _price("120.00", "40.00", at_most="1200.00")),
    Term("penalty for a promise that is broken", "TRN-08 TRN-09 TRN-10 TRN-11 CSR-01 CSR-05",
         _price("40.00", "15.00", order_pct="2", at_most="2500.00")),
    Term("goods that are lost, damaged or contested", "TRN-14 TRN-15 TRN-16 CSR-06",
         _price(order_pct="5", at_most="5000.00")),
    Term("storage at the border and the broker's time", "CUS-01 CUS-02 CUS-03 CUS-04 CUS-05 CUS-08 CUS-09 CUS-10",
         _price("90.00", "35.00", at_most="2000.00")),
    Term("fine of the office", "CUS-06 CUS-07", _price("2500.00", "100.00")),
    Term("interest on money that comes late", "FIN-05 FIN-06 FIN-07 FIN-09", _price("15.00", order_pct="0.5")),
    Term("interest and reminders of carriers that are paid late, and books that close late",
         "FIN-01 FIN-03 FIN-04 FIN-08 FIN-10 FIN-11", _price("40.00")),
    Term("an order that stands still: lost margin, calls of the customer",
         "WHS-01 WHS-02 WHS-03 WHS-04 WHS-05 WHS-06 WHS-10 CSR-02 CSR-03 CSR-04 CSR-08 MDM-01 MDM-02 MDM-04 MDM-06",
         _price("25.00", "8.00", order_pct="0.2", at_most="800.00")),
    Term("stock that is sold twice, or not at all", "WHS-12 WHS-13", _price("60.00", at_most="60.00")),
    Term("somebody works by hand what machines did not",
         "TRN-06 TRN-07 INT-01 INT-02 INT-03 INT-04 INT-05 INT-06 INT-07 INT-09 INT-10 MDM-03",
         _price("35.00", "12.00", at_most="400.00")),
)  # fmt: skip


def prices() -> Mapping[str, Price]:
    """The price of every code that has one."""
    return {code: term.price for term in TERMS for code in term.codes.split()}


def as_toml() -> str:
    """The same as a policy file has it."""
    return "".join(_term(term) for term in TERMS)


def _term(term: Term) -> str:
    given = {name: value for name, value in msgspec.structs.asdict(term.price).items() if value}
    values = "".join(f'{name} = "{value}"\n' for name, value in given.items())
    return f"\n# {term.why}\n" + "\n".join(f"[cases.prices.{code}]\n{values}" for code in term.codes.split())
