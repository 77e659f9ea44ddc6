"""What this connector is."""

from __future__ import annotations

from crossdock.connectors.karrio.inbound import FACTS
from crossdock.connectors.karrio.outbound import TASKS
from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="karrio",
    title="Karrio parcel gateway over its REST API",
    roles=("CAR",),
    facts_in=FACTS,
    commands_out=tuple(TASKS),
    resolution=Resolution.READ_BACK,
    # One command at a time: a label is bought once, and looking before buying is only safe alone.
    limits=Limits(concurrency=1, timeout_s=40.0),
    source="Karrio server 2026.1: REST API, resources Shipment and Tracker; webhooks",
    maturity=Maturity.VENDOR,
)
