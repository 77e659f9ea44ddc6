"""What this connector is."""

from __future__ import annotations

from crossdock.connectors.last_mile_json.inbound import FACTS
from crossdock.connectors.last_mile_json.outbound import CALLS
from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="last_mile_json",
    title="Generic last-mile platform, epoch-time webhooks and REST",
    roles=("LMD",),
    facts_in=FACTS,
    commands_out=tuple(CALLS),
    resolution=Resolution.IDEMPOTENT_RESEND,
    limits=Limits(concurrency=4, rate_per_s=20.0, burst=20, timeout_s=10.0),
    source="Crossdock generic last-mile dialect 1 (docs/reference/connectors); completion semantics per domain.md D-21",
    maturity=Maturity.TESTS,
)
