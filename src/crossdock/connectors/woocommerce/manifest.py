"""What this connector is."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="woocommerce",
    title="WooCommerce, webhooks and REST API",
    roles=("ERP", "CHN"),
    facts_in=(
        "order.approved",
        "order.cancel_requested",
        "return.credited",
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
    # Every call sets fields of the order to what the command says: the same call again changes nothing.
    resolution=Resolution.IDEMPOTENT_RESEND,
    limits=Limits(concurrency=1),
    source="WooCommerce REST API v3 (woocommerce.github.io)",
    maturity=Maturity.NOT_YET,
)
