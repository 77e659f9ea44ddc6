"""What this connector is."""

from __future__ import annotations

from crossdock.connectors.wms_json.inbound import EVENTS
from crossdock.connectors.wms_json.outbound import CALLS
from crossdock.connectors.wms_json.stock import EVENTS as STOCK_EVENTS
from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="wms_json",
    title="Generic WMS, webhooks and REST",
    roles=("WMS",),
    facts_in=tuple(sorted({event.fact for event in EVENTS.values()} | {event.fact for event in STOCK_EVENTS.values()})),
    commands_out=tuple(CALLS),
    resolution=Resolution.IDEMPOTENT_RESEND,
    limits=Limits(concurrency=4, timeout_s=10.0),
    source="Crossdock generic WMS dialect 1 (docs/reference/connectors), shaped after common 3PL webhook APIs",
    maturity=Maturity.TESTS,
)
