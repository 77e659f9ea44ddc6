"""What a customer sees late and is not told why: looks at it stand for the call that follows (domain.md K-41)."""

from __future__ import annotations

from crossdock.app.portal.words import ROWS
from crossdock.ports.portal import PortalOrder, ShownShipment

LATE = "Delayed"
# Labels whose note is a reason; that of others is a window or says how much.
WITH_REASON = frozenset(row.label for row in ROWS if row.reason)


def unexplained(order: PortalOrder) -> tuple[str, ...]:
    """References of its shipments that are late by what the customer reads, and give no reason."""
    return tuple(one.ref for one in order.shipments if one.status.startswith(LATE) and not _says_why(one))


def _says_why(shipment: ShownShipment) -> bool:
    told = (one for one in shipment.milestones if one.corrected is None and one.label in WITH_REASON)
    return bool(shipment.alert) or any(one.note for one in told)
