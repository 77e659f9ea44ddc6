"""What this connector is."""

from __future__ import annotations

from crossdock.connectors.tms_json.inbound import NOTICES
from crossdock.connectors.tms_json.outbound import CALLS
from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="tms_json",
    title="Generic TMS, notifications and REST",
    roles=("TMS",),
    facts_in=tuple(sorted(NOTICES)),
    commands_out=tuple(CALLS),
    resolution=Resolution.READ_BACK,
    limits=Limits(concurrency=4, rate_per_s=50.0, burst=50, timeout_s=10.0),
    source="Crossdock generic TMS dialect 2 (docs/reference/connectors), shaped after common SaaS TMS APIs",
    maturity=Maturity.TESTS,
)
