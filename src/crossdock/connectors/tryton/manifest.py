"""What this connector is."""

from __future__ import annotations

from crossdock.connectors.tryton.entering import COMMANDS
from crossdock.connectors.tryton.inbound import FACTS
from crossdock.connectors.tryton.outbound import TASKS
from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="tryton",
    title="Tryton ERP over its REST interface",
    roles=("ERP",),
    facts_in=FACTS,
    commands_out=(*TASKS, *COMMANDS),
    resolution=Resolution.READ_BACK,
    # One command at a time: Tryton has no idempotency keys, and looking before doing is only safe alone.
    limits=Limits(concurrency=1, timeout_s=20.0),
    source="trytond 8.2: REST interface, modules sale, stock, account_invoice_stock",
    maturity=Maturity.VENDOR,
)
