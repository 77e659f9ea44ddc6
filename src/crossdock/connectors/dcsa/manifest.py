"""What this connector is."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="dcsa",
    title="DCSA Track & Trace 2.2 and 3.0",
    roles=("CAR", "TMS"),
    facts_in=("tracking.milestone",),
    commands_out=(),
    resolution=Resolution.PERSON,
    limits=Limits(),
    source="DCSA Track & Trace 2.2 and 3.0 (dcsa.org); reference/dcsa-milestones.csv",
    maturity=Maturity.NOT_YET,
)
