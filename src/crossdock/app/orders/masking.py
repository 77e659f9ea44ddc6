"""What readers without the right to personal data, or to money, are shown of a payload or a state: all but that."""

from __future__ import annotations

HIDDEN = "•••"
DEPTH_MAX = 16
# Fields that say who a person is, where they live or how to reach them; whatever stands below them goes with them.
PERSONAL = frozenset(
    {
        "name", "customer_name", "address", "contact", "contacts", "email", "phone", "mobile", "signed_by", "signatory",
        "signature", "recipient", "receiver", "received_by", "driver", "driver_name", "neighbour", "photo", "photos",
        "geo", "position", "note_of_customer", "requested_by", "by",
    }
)  # fmt: skip
# Fields that are money without saying so by their shape.
MONEY = frozenset(
    {
        "price", "unit_price", "charges", "total", "amount", "accrued", "estimate", "postings", "booked", "papers",
        "net", "taxes", "approved", "paid", "asked", "suspects", "disputes", "fee", "prices", "bills", "doubles",
        "charged", "costs", "approved_amount", "posted_amount", "variance_abs", "variance", "invoiced_net", "credits",
    }
)  # fmt: skip


def masked(value: object, *, personal: bool, money: bool, depth: int = 0) -> object:
    """The value without personal data unless `personal`, and without money unless `money`; shape and keys stay."""
    assert depth <= DEPTH_MAX, "payloads and states are flat"
    if isinstance(value, dict):
        if not money and set(value) == {"amount", "currency"}:
            return HIDDEN
        return {
            key: HIDDEN if _hides(str(key), item, personal=personal, money=money)
            else masked(item, personal=personal, money=money, depth=depth + 1)
            for key, item in value.items()
        }  # fmt: skip
    if isinstance(value, list | tuple):
        return [masked(item, personal=personal, money=money, depth=depth + 1) for item in value]
    return HIDDEN if isinstance(value, bytes) else value


def hides_money(path: str) -> bool:
    """Whether a field of a state, by its path, is money."""
    return any(part in MONEY for part in path.split("."))


def _hides(key: str, item: object, *, personal: bool, money: bool) -> bool:
    if item in (None, "", (), [], {}):
        return False
    return (key in PERSONAL and not personal) or (key in MONEY and not money)
