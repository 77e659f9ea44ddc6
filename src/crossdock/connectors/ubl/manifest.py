"""What this connector declares of itself."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Resolution

MANIFEST = Manifest(
    kind="ubl",
    title="UBL 2.x and Peppol BIS 3: orders, despatch, receipts, invoices, transport status",
    roles=("ERP", "WMS", "TMS", "CAR"),
    facts_in=(
        "order.approved",
        "order.cancel_requested",
        "fulfilment.accepted",
        "fulfilment.rejected",
        "shipment.handed_over",
        "inventory.moved",
        "tracking.milestone",
        "invoice.posted",
        "invoice.credited",
        "freight.invoiced",
        "freight.credited",
    ),
    commands_out=(
        "create_fulfilment_order",
        "update_fulfilment_order",
        "cancel_fulfilment_order",
        "post_goods_issue",
        "update_order_status",
        "request_invoice",
        "request_credit_note",
        "create_sales_order",
        "cancel_sales_order",
    ),
    # The same command is the same document under the same id and name.
    resolution=Resolution.IDEMPOTENT_RESEND,
    limits=Limits(concurrency=2, batch_max=1, timeout_s=30.0),
    source="UBL 2.1 and 2.3 (OASIS), Peppol BIS 3 (docs.peppol.eu/poacc/upgrade-3); reference/edifact-milestones.csv",
)
