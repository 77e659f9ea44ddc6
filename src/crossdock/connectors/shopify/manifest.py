"""What this connector is."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="shopify",
    title="Shopify, webhooks and Admin REST API",
    roles=("ERP", "CAR", "CHN"),
    facts_in=(
        "order.approved",
        "order.cancel_requested",
        "order.line_cancelled",
        "return.credited",
        "tracking.milestone",
        "channel.order_placed",
        "channel.order_paid",
        "channel.order_cancelled",
        "channel.order_refunded",
    ),
    commands_out=(
        "post_goods_issue",
        "reverse_goods_issue",
        "update_order_status",
        "update_delivery_status",
        "ship_channel_order",
        "void_channel_shipment",
        "deliver_channel_order",
        "cancel_channel_order",
    ),
    resolution=Resolution.READ_BACK,
    # A shop's bucket holds 40 calls and leaks two a second (Admin REST API, rate limits).
    limits=Limits(concurrency=1, rate_per_s=0.5, burst=8),
    source="Shopify Admin REST API 2024-10 (shopify.dev)",
    maturity=Maturity.NOT_YET,
)
