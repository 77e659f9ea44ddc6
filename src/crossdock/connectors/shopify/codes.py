"""Words of Shopify's messages; what a status means is in `codes/*.csv`.

Source: Shopify Admin REST API 2024-10, resources Order, Refund, Fulfillment, FulfillmentEvent; webhook topics.
"""

from __future__ import annotations

ORDER, REFUND, FULFILMENT, FULFILMENT_EVENT = "order", "refund", "fulfillment", "fulfillment_event"
TOPIC = "x-shopify-topic"
# What the body of a topic is, by the topic's first part.
TOPICS = {
    "orders": ORDER,
    "refunds": REFUND,
    "fulfillments": FULFILMENT,
    "fulfillment_events": FULFILMENT_EVENT,
}
# Members only the named resource has, for bodies without wrapper and topic.
MARKS = (
    ("refund_line_items", REFUND),
    ("happened_at", FULFILMENT_EVENT),
    ("financial_status", ORDER),
    ("tracking_company", FULFILMENT),
)
# An order is not to be fulfilled yet, or not any more, while its money stands so.
UNPAID = frozenset({"pending", "partially_paid", "voided", "expired", "refunded"})

# Our status of a shipment in Shopify's word for a fulfilment event; the hand-over is the fulfilment itself.
PROGRESS = {
    "IN_TRANSIT": "in_transit",
    "OUT_FOR_DELIVERY": "out_for_delivery",
    "DELIVERED": "delivered",
}
DELIVERED = "delivered"
CANCELLED = frozenset({"cancelled", "error", "failure"})
NAMESPACE, STATUS_KEY = "crossdock", "status"
