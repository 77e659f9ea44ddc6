"""What this connector is."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="carrier_json",
    title="Generic carrier tracking webhooks",
    roles=("CAR",),
    facts_in=("tracking.milestone",),
    commands_out=(),
    resolution=Resolution.PERSON,
    limits=Limits(),
    source="Crossdock generic carrier dialect 1 (docs/reference/connectors); status codes are settings of each partner",
    maturity=Maturity.TESTS,
)
