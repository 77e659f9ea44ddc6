"""What this connector declares of itself."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Resolution

MANIFEST = Manifest(
    kind="x12",
    title="X12 over files: warehouse 940/945, carrier 204/990/214, acknowledged by 997 and TA1",
    roles=("WMS", "CAR", "TMS"),
    facts_in=(
        "shipment.handed_over",
        "carrier.accepted",
        "carrier.rejected",
        "tracking.milestone",
        "command.acknowledged",
        "command.refused",
    ),
    commands_out=("create_fulfilment_order", "update_fulfilment_order", "cancel_fulfilment_order", "transmit_tender"),
    # The same command always makes the same file under the same name and number: putting it again changes nothing.
    resolution=Resolution.IDEMPOTENT_RESEND,
    limits=Limits(concurrency=2, batch_max=1, timeout_s=30.0),
    source="ASC X12 004010 and 005010 sets 204, 214, 940, 945, 990, 997, TA1; reference/x12-sets.md, x12-envelope.md",
)
