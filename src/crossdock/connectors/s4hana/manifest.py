"""What this connector is."""

from __future__ import annotations

from crossdock.connectors.s4hana.inbound import FACTS
from crossdock.ports.book_tasks import COMMANDS
from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="s4hana",
    title="SAP S/4HANA over OData",
    roles=("ERP",),
    facts_in=FACTS,
    commands_out=COMMANDS,
    resolution=Resolution.READ_BACK,
    # One command at a time: SAP has no idempotency keys here, and looking before doing is only safe alone.
    limits=Limits(concurrency=1, timeout_s=20.0),
    source="SAP Business Accelerator Hub: OData V2 API_SALES_ORDER_SRV and API_OUTBOUND_DELIVERY_SRV;v=0002",
    maturity=Maturity.NOT_YET,
)
