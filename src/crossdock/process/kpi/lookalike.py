"""What an order looks like, so that another like it is noticed (domain.md §9.2, RR-12): a measure, not a KPI.

The same customer, customer's order number and lines is a look; with the same ship-to and total it is the same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from crossdock.canonical.events.order import OrderApproved, OrderCancelled
from crossdock.kernel.ids import fingerprint
from crossdock.process.kpi.chronicle import Chronicle, payload_of
from crossdock.process.kpi.measure import Measure

LOOK = "RR-12"
ONE = Decimal(1)
_encoder = msgspec.json.Encoder(order="deterministic")


def measures(log: Chronicle) -> Iterator[Measure]:
    """How the order looks, by `slot` in full and by `by` without where it goes and what it costs; nothing for one
    without a customer's order number, and nothing for one that was cancelled."""
    approved = log.last(OrderApproved)
    if approved is None or log.first(OrderCancelled) is not None:
        return
    order = payload_of(approved, OrderApproved)
    if not order.customer_po:
        return
    first = log.first(OrderApproved)
    assert first is not None, "there is a last one"
    look = _print(
        order.customer.no, order.customer_po, sorted((line.item, str(line.qty.value)) for line in order.lines)
    )
    whole = _print(look, order.ship_to, order.total)
    yield Measure(LOOK, f"{log.number}|{whole}", first.at, ONE, by=look)


def _print(*parts: object) -> str:
    return f"{fingerprint(_encoder.encode(parts)) & 0xFFFF_FFFF_FFFF_FFFF:016x}"
