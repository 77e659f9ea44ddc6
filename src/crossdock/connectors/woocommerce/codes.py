"""Words of WooCommerce's messages; what a status means is in `codes/*.csv`.

Source: WooCommerce REST API v3, resources Order, Order refund; webhook headers of WC_Webhook::deliver.
"""

from __future__ import annotations

ORDER, REFUND, WEBHOOK = "order", "refund", "webhook"
RESOURCE = "x-wc-webhook-resource"
TOPIC = "x-wc-webhook-topic"
DELETED = "deleted"
# An order is not to be fulfilled yet, or not any more.
WAITING = frozenset({"pending", "on-hold", "failed", "refunded", "checkout-draft", "auto-draft", "trash", "draft"})
# Nobody has placed it. A sales channel tells of all others, and the hub waits for their payment.
UNFINISHED = frozenset({"checkout-draft", "auto-draft", "trash", "draft"})
CANCELLED = "cancelled"
PROCESSING = "processing"
META_CANCELLED = "_crossdock_cancelled_"

# All of it has left, in our words.
ALL_LEFT = frozenset({"shipped", "partially_delivered", "delivered"})
COMPLETED = "completed"
META_STATUS = "_crossdock_status"
META_SHIPMENT = "_crossdock_shipment_"
