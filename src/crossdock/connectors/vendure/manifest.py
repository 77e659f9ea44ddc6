"""What this connector is."""

from __future__ import annotations

from crossdock.connectors.vendure.inbound import FACTS
from crossdock.connectors.vendure.outbound import TASKS
from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="vendure",
    title="Vendure shop over its Admin API",
    roles=("CHN",),
    facts_in=FACTS,
    commands_out=tuple(TASKS),
    resolution=Resolution.READ_BACK,
    # One command at a time: Vendure has no idempotency keys, and looking before doing is only safe alone.
    limits=Limits(concurrency=1, timeout_s=20.0),
    source="Vendure 3.7: Admin API (GraphQL), API keys of 3.6",
    maturity=Maturity.VENDOR,
)
