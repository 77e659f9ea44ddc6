"""One shipment as its customer may see it, and one line of the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from crossdock.app.headline import Tiles
from crossdock.app.portal.estimate import estimate
from crossdock.app.portal.papers import proofs
from crossdock.app.portal.timeline import milestones, step_of
from crossdock.canonical.events.fulfilment import PackageLabelled, PackCompleted
from crossdock.canonical.events.last_mile import DeliveryRescheduled
from crossdock.canonical.events.planning import ShipmentPlanned
from crossdock.kernel.instant import Window, from_micros
from crossdock.ports.portal import ShownEta, ShownLine, ShownShipment
from crossdock.process.amounts import decimal
from crossdock.process.business_state.table import LAST_GOOD
from crossdock.process.kpi.chronicle import Entry
from crossdock.process.order.ledger import total
from crossdock.process.order.state import Account, Group, Line, OrderState
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.terms.portal import PortalTerms

# Where a consignment has a number of its own at the carrier; on a full load the number is the load's.
NUMBERED = frozenset({"parcel", "ltl"})
DONE = 6


class Sources(msgspec.Struct, frozen=True):
    """What all shipments of an order are made from."""

    entries: Sequence[Entry]
    order: OrderState
    items: Mapping[str, ShownLine]
    terms: PortalTerms
    tiles: Tiles


def consignment(sources: Sources, group: str, ref: str, state: ShipmentState) -> ShownShipment:
    """The shipment of one warehouse release."""
    shown = milestones(sources.entries, group, sources.order, state, sources.terms.hidden)
    tile = sources.tiles.parts.get(group)
    flow = tile.flow.portal if tile is not None else ""
    reached = [one.label for one in shown if one.step == step_of(shown)]
    status = flow if flow and flow != LAST_GOOD else reached[-1] if reached else "Confirmed"
    return ShownShipment(
        ref=ref,
        status=status,
        step=step_of(shown),
        alert=tile.compliance.portal if tile is not None else "",
        tz=state.door_tz,
        carrier="" if state.own_fleet else state.carrier,
        tracking=_tracking(sources.entries, group, state),
        window=_window(sources.entries, group),
        eta=_eta(sources, group, state, step_of(shown)),
        milestones=shown,
        lines=_contents(sources, sources.order.groups.get(group)),
        proofs=tuple(proofs(sources.entries, group, state, sources.items)),
    )


def order_line(number: str, line: Line, sums: Account, description: str) -> ShownLine:
    """A line of the order with the sums its customer is told (domain.md §1.2)."""
    open_ = max(line.open - sums.shipped, 0)
    return ShownLine(
        no=number,
        item=line.item,
        uom=line.uom,
        description=description,
        ordered=decimal(sums.ordered),
        cancelled=decimal(sums.cancelled),
        shipped=decimal(sums.shipped),
        delivered=decimal(sums.delivered),
        remaining=decimal(open_),
    )


def _tracking(entries: Sequence[Entry], group: str, state: ShipmentState) -> tuple[str, ...]:
    """Numbers the customer can use at the carrier, of this consignment alone."""
    found: list[str] = [state.pro] if state.pro and state.mode in NUMBERED and not state.load else []
    for entry in entries:
        if entry.group != group:
            continue
        payload = entry.fact.payload
        if isinstance(payload, PackageLabelled):
            found.append(payload.tracking_no)
        elif isinstance(payload, PackCompleted):
            found += [package.tracking_no for package in payload.packages]
        found += [reference.id for reference in entry.fact.refs if reference.scheme == "tracking"]
    return tuple(dict.fromkeys(one for one in found if one))


def _window(entries: Sequence[Entry], group: str) -> Window | None:
    """When delivery is planned, as last said."""
    window: Window | None = None
    for entry in entries:
        payload = entry.fact.payload
        if entry.group == group and isinstance(payload, DeliveryRescheduled):
            window = payload.window
        elif entry.group == group and isinstance(payload, ShipmentPlanned):
            window = payload.windows.delivery or window
    return window


def _eta(sources: Sources, group: str, state: ShipmentState, step: int) -> ShownEta | None:
    """None once it has arrived: an estimate of the past says nothing."""
    if step >= DONE or state.delivered_us:
        return None
    promised = from_micros(state.promise_us) if state.promise_us else None
    return estimate(sources.entries, group, state.own_fleet, promised, sources.terms)


def _contents(sources: Sources, group: Group | None) -> tuple[ShownLine, ...]:
    """What of each line is in this shipment: as handed over, before that as released."""
    if group is None:
        return ()
    found = []
    for number, slip in sorted(group.lines.items()):
        known = sources.items.get(number)
        shipped = total(group.handovers.values(), number) if group.handovers else slip.released
        delivered = sum((attempt.get(number, (0, 0, 0))[0] for attempt in group.attempts.values()), 0)
        if known is not None and shipped:
            found.append(
                ShownLine(
                    number, known.item, known.uom, known.description, shipped=decimal(shipped),
                    delivered=_no_more(decimal(delivered), decimal(shipped)),
                )
            )  # fmt: skip
    return tuple(found)


def _no_more(amount: Decimal, than: Decimal) -> Decimal:
    return min(amount, than)
