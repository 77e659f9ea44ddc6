"""Money: `Decimal` with up to 4 places and an ISO 4217 code; no float ever (domain.md §0.2)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

import msgspec

from crossdock.kernel.errors import Rejected

Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]

# ISO 4217's code for a transaction in which no currency is involved.
NO_CURRENCY = "XXX"

# ISO 4217 minor units that are not 2 (list one, 2024 edition).
MINOR_UNITS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount in one currency. Sums of different currencies are refused."""

    amount: Decimal
    currency: Currency

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise Rejected(f"{other.currency} cannot be added to {self.currency}: convert it at a dated rate first")
        return Money(self.amount + other.amount, self.currency)

    def to_minor_unit(self) -> Money:
        """Half-up at the currency's minor unit, the precision ledgers compare at."""
        places = Decimal(1).scaleb(-MINOR_UNITS.get(self.currency, 2))
        return Money(self.amount.quantize(places, ROUND_HALF_UP), self.currency)
