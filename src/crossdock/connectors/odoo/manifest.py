"""What this connector is."""

from __future__ import annotations

from crossdock.connectors.odoo.inbound import FACTS
from crossdock.connectors.odoo.outbound import TASKS
from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="odoo",
    title="Odoo ERP over its JSON-RPC interface",
    roles=("ERP",),
    facts_in=FACTS,
    commands_out=tuple(TASKS),
    resolution=Resolution.READ_BACK,
    # One command at a time: Odoo has no idempotency keys, and looking before doing is only safe alone.
    limits=Limits(concurrency=1, timeout_s=20.0),
    source="Odoo 17 to 19: External API (JSON-RPC), models of the modules sale_stock and mail",
    maturity=Maturity.NOT_YET,
)
