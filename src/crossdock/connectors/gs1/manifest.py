"""What this connector declares of itself."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Resolution

MANIFEST = Manifest(
    kind="gs1",
    title="GS1 XML 3.x: orders, despatch and receiving advices, transport instructions and statuses",
    roles=("ERP", "WMS", "TMS", "CAR"),
    facts_in=(
        "order.approved",
        "order.cancel_requested",
        "shipment.handed_over",
        "handover.voided",
        "inventory.moved",
        "inventory.status_changed",
        "tracking.milestone",
    ),
    commands_out=(
        "create_fulfilment_order",
        "update_fulfilment_order",
        "cancel_fulfilment_order",
        "post_goods_issue",
        "plan_shipment",
    ),
    # The same command is the same document under the same id and name.
    resolution=Resolution.IDEMPOTENT_RESEND,
    limits=Limits(concurrency=2, batch_max=1, timeout_s=30.0),
    # Written from the message descriptions; what we write was never held against the schemas, nor taken by a partner.
    source="GS1 XML 3.0 to 3.7, business message standards and samples (ref.gs1.org/standards/xml); "
    "UN/ECE Recommendation 24 for transport statuses; reference/edifact-milestones.csv",
)
