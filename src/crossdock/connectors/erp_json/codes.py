"""Words of the ERP dialect and what they mean here."""

from __future__ import annotations

from crossdock.canonical.events.inventory import StockStatus
from crossdock.canonical.events.order import (
    BackorderPolicy,
    HoldType,
    InvoicePolicy,
    OrderPriority,
    OrderType,
    ShipPolicy,
)
from crossdock.canonical.milestones import Milestone

ORDER_TYPES = {
    "OR": OrderType.SALES,
    "UB": OrderType.TRANSFER,
    "SD": OrderType.REPLACEMENT,
    "MU": OrderType.SAMPLE,
}
SHIP_POLICIES = {
    "PARTIAL": ShipPolicy.SHIP_PARTIAL,
    "COMPLETE": ShipPolicy.SHIP_COMPLETE,
    "COMPLETE_PER_PLANT": ShipPolicy.SHIP_COMPLETE_BY_WAREHOUSE,
}
BACKORDER_POLICIES = {
    "BACKORDER": BackorderPolicy.BACKORDER,
    "CANCEL": BackorderPolicy.CANCEL_REMAINDER,
    "ASK": BackorderPolicy.ASK,
}
INVOICE_POLICIES = {
    policy.value.upper(): policy for policy in InvoicePolicy if policy.value not in ("on_ship", "advance")
}
PRIORITIES = {
    "normal": OrderPriority.NORMAL,
    "high": OrderPriority.HIGH,
    "critical": OrderPriority.CRITICAL,
}
HOLDS = {
    "CREDIT": HoldType.CREDIT,
    "COMPLIANCE": HoldType.COMPLIANCE,
    "CUSTOMER": HoldType.CUSTOMER,
    "FRAUD": HoldType.FRAUD,
    "QUALITY": HoldType.QUALITY,
}
# What an ERP says about a delivery is a claim it has no authority for (OW-06); it is passed on to be judged.
DELIVERY_CLAIMS = {"SHIPPED": Milestone.HANDED_OVER, "DELIVERED": Milestone.DELIVERED}

# The ERP's own words for what we tell it of a delivery, by the event type of ours that became true.
DELIVERY_STATUS = {
    "shipment.handed_over": "SHIPPED",
    "shipment.departed": "IN_TRANSIT",
    "delivery.out_for_delivery": "OUT_FOR_DELIVERY",
    "delivery.failed": "ATTEMPT_FAILED",
    "delivery.refused": "REFUSED",
    "shipment.delivered": "DELIVERED",
    "pod.captured": "POD",
    "shipment.return_started": "RETURNING",
    "shipment.returned": "RETURNED",
    "shipment.lost": "LOST",
}

STOCK_TYPES = {
    "UNRESTRICTED": StockStatus.AVAILABLE,
    "QUALITY": StockStatus.QUALITY,
    "BLOCKED": StockStatus.BLOCKED,
    "DAMAGED": StockStatus.DAMAGED,
    "EXPIRED": StockStatus.EXPIRED,
    "QUARANTINE": StockStatus.QUARANTINE,
    "RETURNS": StockStatus.RETURNED,
    "TRANSIT": StockStatus.IN_TRANSIT,
}
# The other way round, for what we post.
STOCK_TYPE_OF = {status: word for word, status in STOCK_TYPES.items()}
