"""References of ours that partners give back, in a place where they may also write a number of their own."""

from __future__ import annotations

# What a channel's order is marked with where an ERP keeps numbers of customers beside it.
CHANNEL_MARK = "CO:"
_FULFILMENT_PARTS = 3


def fulfilment_order(text: str) -> str:
    """A reference of ours, `order/warehouse/release`, that a warehouse gives back; nothing for any other text."""
    parts = text.split("/")
    return text if len(parts) == _FULFILMENT_PARTS and all(parts) and parts[-1].isdecimal() else ""


def channel_order(text: str) -> str:
    """The number `create_sales_order` wrote, `<channel>/<number>`; nothing for a number of the customer's own."""
    channel, _, number = text.removeprefix(CHANNEL_MARK).partition("/")
    return f"{channel}/{number}" if text.startswith(CHANNEL_MARK) and channel and number else ""
