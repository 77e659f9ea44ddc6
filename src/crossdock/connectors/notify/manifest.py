"""What this connector is."""

from __future__ import annotations

from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="notify",
    title="Notices by mail, SMS gateway, chat or webhook",
    roles=("PRT", "OPS"),
    facts_in=(),
    commands_out=("notify_customer", "notify_internal"),
    # Nobody can be asked whether a letter arrived: a second one is worse than a person looking.
    resolution=Resolution.PERSON,
    limits=Limits(concurrency=4, timeout_s=20.0),
    source="domain.md §9.6; addresses of channels as apprise 2.2 writes them",
    maturity=Maturity.TESTS,
)
