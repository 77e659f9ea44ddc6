"""Terms of returns (domain.md §9.1, §9.5)."""

from __future__ import annotations

import msgspec

DISPOSITION, RECEIPT = "disposition", "receipt"
OUR_FAULT, ALWAYS, NEVER = "our_fault", "always", "never"


class Returns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may come back, who pays for it, and when it is credited.

    Attributes:
        fault_reasons: reasons that are our fault: they skip the window and the fee.
        final_items: items that are never taken back.
        transport_paid: when we book and pay the way back: `our_fault`, `always` or `never`.
        credit_on: `disposition`, or `receipt` for a credit before anybody looked at the goods.
        advance_credit: whether a credit may come before the goods.
        site: where everything comes back to; empty for the warehouse it left from.
    """

    fault_reasons: tuple[str, ...] = ("damaged", "wrong_item", "not_as_described")
    final_items: tuple[str, ...] = ()
    transport_paid: str = OUR_FAULT
    credit_on: str = DISPOSITION
    advance_credit: bool = False
    site: str = ""
