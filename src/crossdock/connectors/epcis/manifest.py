"""What this connector is."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Resolution

MANIFEST = Manifest(
    kind="epcis",
    title="EPCIS 2.0 in JSON-LD and XML, and 1.2 in XML",
    roles=("TMS", "LMD", "CAR", "WMS"),
    facts_in=("shipment.loaded", "shipment.staged", "tracking.milestone", "tracking.retracted"),
    commands_out=(),
    resolution=Resolution.PERSON,
    limits=Limits(),
    source="GS1 EPCIS 1.2 and 2.0, CBV 2.0; reference/epcis-milestones.csv",
)
