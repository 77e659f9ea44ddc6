"""Every route behind the framework's router; the two hot ones stand before it (see `ingress`)."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from crossdock.web.api import lookups, operations, orders, shipments, specification

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    *orders.HANDLERS,
    *shipments.HANDLERS,
    *operations.HANDLERS,
    *lookups.HANDLERS,
    specification.read,
)
