"""What this connector is."""

from __future__ import annotations

from crossdock.connectors.erp_json.inbound import EVENTS
from crossdock.connectors.erp_json.outbound import CALLS
from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="erp_json",
    title="Generic ERP, business events and REST",
    roles=("ERP",),
    facts_in=tuple(sorted({event.fact for event in EVENTS.values()})),
    commands_out=tuple(CALLS),
    resolution=Resolution.READ_BACK,
    limits=Limits(concurrency=4, timeout_s=10.0),
    source="Crossdock generic ERP dialect 1 (docs/reference/connectors), shaped after common ERP business events",
    maturity=Maturity.TESTS,
)
