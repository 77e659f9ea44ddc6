"""Every route behind the framework's router; the two hot ones stand before it (see `ingress`)."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from crossdock.web.api import (
    as2,
    cases,
    dcsa,
    epcis,
    events,
    figures,
    inquiries,
    insight,
    levels,
    lookups,
    operations,
    orders,
    portal,
    portal_events,
    portal_hooks,
    process,
    reconciliations,
    reference,
    repairs,
    shipments,
    soap,
    specification,
    subscriptions,
)

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    *orders.HANDLERS,
    *shipments.HANDLERS,
    *process.HANDLERS,
    *inquiries.HANDLERS,
    *events.HANDLERS,
    *epcis.HANDLERS,
    *dcsa.HANDLERS,
    *subscriptions.HANDLERS,
    *operations.HANDLERS,
    *lookups.HANDLERS,
    *insight.HANDLERS,
    *cases.HANDLERS,
    *levels.HANDLERS,
    *reconciliations.HANDLERS,
    *repairs.HANDLERS,
    *figures.HANDLERS,
    *portal.HANDLERS,
    *portal_events.HANDLERS,
    *portal_hooks.HANDLERS,
    as2.receive_as2,
    soap.describe_soap,
    soap.submit_soap,
    specification.read,
    *reference.HANDLERS,
)
