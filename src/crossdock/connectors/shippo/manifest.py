"""What this connector is."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="shippo",
    title="Shippo tracking webhooks",
    roles=("CAR", "TMS"),
    facts_in=("shipment.eta_changed", "tracking.milestone"),
    commands_out=(),
    resolution=Resolution.PERSON,
    limits=Limits(),
    source="Shippo API 2018-02-08 (docs.goshippo.com), object Track; statuses per reference/parcel-milestones.csv",
    maturity=Maturity.NOT_YET,
)
