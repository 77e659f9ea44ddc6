"""One order as its customer may see it: a pure function of its dossier and of the terms.

Load, tender, warehouse, driver, freight cost and every id of another system stay behind. Who the customer is, is said
by the order as approved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from crossdock.app.fold.dossier import DossierState, unpack
from crossdock.app.fold.registry import Registry
from crossdock.app.headline import Concern, FacetView, Tiles, tiles
from crossdock.app.measuring import chronicle
from crossdock.app.portal.consignment import Sources, consignment, order_line
from crossdock.app.portal.papers import documents, invoices, public_ref, requests, returns
from crossdock.app.portal.timeline import standing_entries
from crossdock.app.portal.words import phase_of
from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.order import OrderApproved, OrderPromiseChanged
from crossdock.kernel.instant import Window
from crossdock.ports.portal import PortalOrder, ShownLine
from crossdock.ports.store import DossierRow
from crossdock.ports.views import EventView
from crossdock.process.billing.state import BillingState
from crossdock.process.business_state.table import LAST_GOOD
from crossdock.process.kpi.chronicle import Entry
from crossdock.process.order.header import header_of
from crossdock.process.order.ledger import account
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.process.returns.state import ReturnState
from crossdock.process.shipment.state import ShipmentState

# What `curate` makes of the same dossier has changed: orders are made anew when they are next looked at.
EDITION = 2
ORDER = "order|"
# A state under review shows what was good before it: as if these were not open (domain.md §8, BS-02).
REVIEWS = frozenset({"TRN-16", "INT-05"})

S = TypeVar("S", bound=msgspec.Struct)


def curate(
    row: DossierRow, events: Sequence[EventView], registries: Mapping[str, Registry], policy: Policy, now: datetime
) -> PortalOrder | None:
    """What the customer of this order sees of it; `None` where it has no customer yet."""
    registry = registries["order"]
    packed = unpack(row.state)
    states = _states(packed, registry)
    order = states.get("ORD")
    if not isinstance(order, OrderState) or not order.header:
        return None
    known = [event for event in events if event.seq < packed.next_seq]
    entries = standing_entries(chronicle(row, known, registries, policy))
    tile = _tiles(packed, registry)
    header, approved = header_of(order), [one for one in entries if isinstance(one.fact.payload, OrderApproved)]
    items = _lines(order, approved)
    sources = Sources(entries, order, items, policy.portal, tile)
    number = row.ident.rpartition("|")[2]
    refs = {name.partition(":")[2]: public_ref(number, name) for name in states if name.startswith("SHP:")}
    shipments = [
        consignment(sources, name.partition(":")[2], refs[name.partition(":")[2]], state)
        for name, state in _of(states, "SHP:", ShipmentState).items()
    ]
    status = _status(tile.order.flow, shipments[0].status if shipments else "Confirmed")
    alert = tile.order.compliance.portal
    return PortalOrder(
        customer=customer_of(header.customer.no, approved[0].fact if approved else None, by=policy.portal.by_instance),
        order_no=number,
        dossier=row.id,
        version=row.version,
        edition=EDITION,
        as_of=now,
        placed=approved[0].at if approved else now,
        status=status,
        phase=phase_of(status, alert),
        alert=alert,
        customer_name=header.customer.name,
        po=header.customer_po,
        currency=header.currency,
        requested=header.requested,
        promise=_promise(header, entries),
        ship_to=_where(header),
        lines=tuple(items.values()),
        shipments=tuple(shipments),
        documents=documents(number, entries, refs),
        invoices=invoices(entries, _of(states, "BIL", BillingState).values()),
        requests=requests(entries),
        returns=returns(entries, {name[4:]: one for name, one in _of(states, "RET:", ReturnState).items()}, items),
    )


def customer_of(number: str, approved: Fact | None, *, by: bool) -> str:
    """The key of a customer: its number at the ERP, before it the ERP's name where several number apart."""
    return f"{approved.source.instance}/{number}" if by and approved is not None else number


def _states(packed: DossierState, registry: Registry) -> dict[str, msgspec.Struct]:
    return {
        name: registry.unpack(registry.machine(name.partition(":")[0]), state)
        for name, state in packed.machines.items()
    }


def _of(states: Mapping[str, msgspec.Struct], prefix: str, kind: type[S]) -> dict[str, S]:
    return {name: state for name, state in states.items() if name.startswith(prefix) and isinstance(state, kind)}


def _tiles(packed: DossierState, registry: Registry) -> Tiles:
    """The business states by the cases of the fold alone, so that equal dossiers show the same."""
    open_ = [Concern(case.code, case.subject) for case in packed.cases]
    return tiles(packed, registry, [case for case in open_ if case.code not in REVIEWS])


def _status(flow: FacetView, otherwise: str) -> str:
    return flow.portal if flow.portal and flow.portal != LAST_GOOD else otherwise


def _lines(order: OrderState, approved: Sequence[Entry]) -> dict[str, ShownLine]:
    """The customer's lines with the sums of the ledger; what an item is called, the order as approved says last."""
    words = {
        line.no: line.description
        for entry in approved
        for line in getattr(entry.fact.payload, "lines", ())
        if line.description
    }
    return {no: order_line(no, line, account(order, no), words.get(no, "")) for no, line in order.lines.items()}


def _promise(header: OrderApproved, entries: Sequence[Entry]) -> Window | None:
    said = [entry.fact.payload.new for entry in entries if isinstance(entry.fact.payload, OrderPromiseChanged)]
    return said[-1] if said else header.promise


def _where(header: OrderApproved) -> tuple[str, ...]:
    place = header.ship_to
    address = place.address
    if address is None:
        return (place.name,) if place.name else ()
    found = (place.name, *address.lines, f"{address.postal} {address.city}".strip(), address.country)
    return tuple(one for one in found if one)
