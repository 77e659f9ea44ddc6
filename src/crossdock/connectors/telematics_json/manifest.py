"""What this connector is."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="telematics_json",
    title="Generic vehicle telematics, positions and terminal events",
    roles=("CAR",),
    facts_in=("tracking.milestone",),
    commands_out=(),
    resolution=Resolution.PERSON,
    limits=Limits(),
    source="Crossdock generic telematics dialect 1 (docs/reference/connectors); codes are settings of each partner",
    maturity=Maturity.TESTS,
)
