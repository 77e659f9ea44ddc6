"""What this connector is."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="easypost",
    title="EasyPost tracker webhooks",
    roles=("CAR", "TMS"),
    facts_in=("shipment.eta_changed", "tracking.milestone"),
    commands_out=(),
    resolution=Resolution.PERSON,
    limits=Limits(),
    source="EasyPost API 2 (docs.easypost.com), Tracker and Event; statuses per reference/parcel-milestones.csv",
    maturity=Maturity.NOT_YET,
)
