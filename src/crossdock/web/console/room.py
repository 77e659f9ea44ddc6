"""The console put together: every section's handlers, and what they are given."""

from __future__ import annotations

from crossdock.web.console import (
    asks,
    audit,
    deliveries,
    governance,
    kpis,
    live,
    messages,
    money,
    now,
    orders,
    partners,
    reconciliation,
    repair,
    settings,
    stock,
    work,
)
from crossdock.web.console.deps import ConsoleDeps
from crossdock.web.pages.app import Room

PARTS = (
    now, orders, asks, work, messages, deliveries, partners, reconciliation, repair, money, stock, kpis, governance,
    audit, settings, live,
)  # fmt: skip
HANDLERS = tuple(handler for part in PARTS for handler in part.HANDLERS)
PACKAGE = "crossdock.web.console"


def console_room(deps: ConsoleDeps) -> Room:
    """The room below `/console`."""
    return Room("console", HANDLERS, {"deps": lambda: deps}, (ConsoleDeps,))
