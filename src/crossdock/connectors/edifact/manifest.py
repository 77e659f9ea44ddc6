"""What this connector declares of itself."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="edifact",
    title=(
        "EDIFACT over files: IFTSTA, IFTMIN, IFTMBC, DESADV, ORDERS, ORDCHG, ORDRSP, RECADV, INVRPT, IFCSUM, INVOIC, "
        "CUSDEC, CUSRES, acknowledged by CONTRL and APERAK"
    ),
    roles=("WMS", "CAR", "TMS", "CUS", "ERP"),
    facts_in=(
        "carrier.accepted",
        "carrier.rejected",
        "tracking.milestone",
        "pack.completed",
        "shipment.handed_over",
        "fulfilment.accepted",
        "fulfilment.rejected",
        "inventory.snapshot_taken",
        "inventory.moved",
        "return.received",
        "order.approved",
        "order.cancel_requested",
        "load.built",
        "load.cancelled",
        "freight.invoiced",
        "freight.credited",
        "invoice.posted",
        "invoice.credited",
        "customs.declared",
        "customs.accepted",
        "customs.rejected",
        "customs.released",
        "customs.held",
        "customs.docs_requested",
        "customs.amended",
        "customs.amendment_rejected",
        "customs.cancelled",
        "customs.cancel_denied",
        "customs.release_refused",
        "customs.exit_confirmed",
        "customs.exit_enquiry",
        "command.acknowledged",
        "command.refused",
    ),
    commands_out=(
        "create_fulfilment_order",
        "update_fulfilment_order",
        "cancel_fulfilment_order",
        "expect_return",
        "transmit_tender",
        "plan_shipment",
        "cancel_shipment",
        "create_declaration",
        "submit_declaration",
        "amend_declaration",
        "cancel_declaration",
        "supply_documents",
        "update_order_status",
        "post_goods_issue",
        "post_return_receipt",
        "request_inventory_snapshot",
        "request_invoice",
        "request_credit_note",
    ),
    # The same command always makes the same file under the same name and number: putting it again changes nothing.
    resolution=Resolution.IDEMPOTENT_RESEND,
    limits=Limits(concurrency=2, batch_max=1, timeout_s=30.0),
    source="UN/EDIFACT D.96A and D.01B, ISO 9735 syntax 1 to 4; reference/edifact-sets.md, edifact-envelope.md",
    maturity=Maturity.TESTS,
)
