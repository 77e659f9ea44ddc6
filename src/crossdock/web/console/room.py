"""The console put together: every section's handlers, and what they are given."""

from __future__ import annotations

from crossdock.web.console import (
    audit,
    deliveries,
    governance,
    live,
    messages,
    now,
    partners,
    reconciliation,
    repair,
    settings,
    work,
)
from crossdock.web.console.deps import ConsoleDeps
from crossdock.web.pages.app import Room

PARTS = (now, work, messages, deliveries, partners, reconciliation, repair, governance, audit, settings, live)
HANDLERS = tuple(handler for part in PARTS for handler in part.HANDLERS)
PACKAGE = "crossdock.web.console"


def console_room(deps: ConsoleDeps) -> Room:
    """The room below `/console`."""
    return Room("console", HANDLERS, {"deps": lambda: deps}, (ConsoleDeps,))
