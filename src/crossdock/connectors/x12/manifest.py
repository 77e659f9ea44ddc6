"""What this connector declares of itself."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="x12",
    title="X12 over files: orders, warehouse, carrier and invoice sets of 4010 and 5010, acknowledged by 997, 999, TA1",
    roles=("WMS", "CAR", "TMS", "ERP", "PRT"),
    facts_in=(
        "shipment.handed_over",
        "carrier.accepted",
        "carrier.rejected",
        "tracking.milestone",
        "command.acknowledged",
        "command.refused",
        "order.approved",
        "order.changed",
        "order.cancel_requested",
        "fulfilment.accepted",
        "fulfilment.rejected",
        "allocation.shorted",
        "handover.voided",
        "shipment.planned",
        "inventory.moved",
        "inventory.adjusted",
        "inventory.status_changed",
        "inventory.snapshot_taken",
        "freight.invoiced",
        "invoice.posted",
        "invoice.credited",
        "invoice.paid",
        "return.requested",
        "return.initiated",
        "return.declined",
        "return.cancelled",
        "return.received",
    ),
    commands_out=(
        "create_fulfilment_order",
        "update_fulfilment_order",
        "cancel_fulfilment_order",
        "transmit_tender",
        "expect_return",
        "plan_shipment",
        "confirm_handover",
        "post_goods_issue",
        "post_inventory_movement",
        "post_return_receipt",
    ),
    # The same command always makes the same file under the same name and number: putting it again changes nothing.
    resolution=Resolution.IDEMPOTENT_RESEND,
    limits=Limits(concurrency=2, batch_max=1, timeout_s=30.0),
    source="ASC X12 004010 and 005010, the sets of docs/reference/x12-sets.md; reference/x12-sets.md, x12-envelope.md",
    maturity=Maturity.TESTS,
)
