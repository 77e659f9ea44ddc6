"""What readers without the right to personal data, or to money, are shown of a payload or a state: all but that."""

from __future__ import annotations

from crossdock.app.masking import MASK
from crossdock.app.masking import masked as without_persons

DEPTH_MAX = 16
# Fields that are money without saying so by their shape.
MONEY = frozenset(
    {
        "price", "unit_price", "charges", "total", "amount", "accrued", "estimate", "postings", "booked", "papers",
        "net", "taxes", "approved", "paid", "asked", "suspects", "disputes", "fee", "prices", "bills", "doubles",
        "charged", "costs", "approved_amount", "posted_amount", "variance_abs", "variance", "invoiced_net", "credits",
    }
)  # fmt: skip


def masked(value: object, *, personal: bool, money: bool) -> object:
    """The payload of a fact without personal data unless `personal`, and without money unless `money`; keys stay."""
    shown = value if personal else without_persons(value)
    return shown if money else _without_money(shown)


def hides_money(path: str) -> bool:
    """Whether a field of a state, by its path, is money."""
    return any(part in MONEY for part in path.split("."))


def _without_money(value: object, depth: int = 0) -> object:
    assert depth <= DEPTH_MAX, "payloads and states are flat"
    if isinstance(value, dict):
        if set(value) == {"amount", "currency"}:
            return MASK
        return {
            key: MASK if key in MONEY and item not in (None, "", (), [], {}) else _without_money(item, depth + 1)
            for key, item in value.items()
        }
    return [_without_money(item, depth + 1) for item in value] if isinstance(value, list | tuple) else value
