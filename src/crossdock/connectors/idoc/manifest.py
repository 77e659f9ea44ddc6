"""What this connector declares of itself."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Resolution

MANIFEST = Manifest(
    kind="idoc",
    title="SAP IDocs, flat and XML: orders, deliveries, shipments, invoices",
    roles=("ERP", "WMS", "TMS", "CAR"),
    facts_in=(
        "order.approved",
        "order.cancel_requested",
        "shipment.handed_over",
        "inventory.erp_posted",
        "load.built",
        "load.cancelled",
        "tracking.milestone",
        "invoice.posted",
        "invoice.credited",
        "freight.invoiced",
        "command.acknowledged",
        "command.refused",
    ),
    commands_out=(
        "create_fulfilment_order",
        "update_fulfilment_order",
        "cancel_fulfilment_order",
        "post_goods_issue",
        "transmit_tender",
        "approve_freight_invoice",
        "create_sales_order",
        "cancel_sales_order",
        "request_credit_note",
    ),
    # The same command always makes the same IDoc under the same number and name: putting it again changes nothing.
    resolution=Resolution.IDEMPOTENT_RESEND,
    limits=Limits(concurrency=2, batch_max=1, timeout_s=30.0),
    source="SAP basic types ORDERS05, DELVRY05, SHPMNT05, INVOIC02, ALEAUD01 (transaction WE60), releases 4.6 to 7.x",
)
