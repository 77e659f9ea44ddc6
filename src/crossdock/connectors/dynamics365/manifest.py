"""What this connector is."""

from __future__ import annotations

from crossdock.connectors.dynamics365.inbound import FACTS
from crossdock.ports.book_tasks import COMMANDS
from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="dynamics365",
    title="Dynamics 365 Supply Chain Management over OData",
    roles=("ERP",),
    facts_in=FACTS,
    commands_out=COMMANDS,
    resolution=Resolution.READ_BACK,
    # One command at a time: Dynamics has no idempotency keys here, and looking before doing is only safe alone.
    limits=Limits(concurrency=1, timeout_s=20.0),
    source="Microsoft Learn: OData V4 data entities, JSON custom services, client credentials (Microsoft Entra ID)",
    maturity=Maturity.NOT_YET,
)
