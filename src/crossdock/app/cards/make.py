"""From one dossier to its cards: a pure function of its state, its identifiers and its open cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from crossdock.app.cards.freight import freight_cards
from crossdock.app.cards.stock import stock_cards
from crossdock.app.cards.terms import terms_of
from crossdock.app.fold.dossier import unpack
from crossdock.app.fold.registry import Registry
from crossdock.app.headline import Concern, TileView, tiles
from crossdock.app.reconcile.dossier import Dossier, stored
from crossdock.kernel.instant import Window
from crossdock.ports.cards import CardSet, OrderCard, Sheet
from crossdock.ports.views import EventView
from crossdock.process.business_state.table import BUSINESS_STATES, Grade
from crossdock.process.freight.state import FreightState
from crossdock.process.fulfilment.state import FulfilmentState
from crossdock.process.order.header import header_of
from crossdock.process.order.ledger import all_complete
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.sums import money, valued

OVER = ("COMPLETED", "CANCELLED")


def needs_log(sheet: Sheet) -> bool:
    """Whether cards of this dossier tell of instants that only its log has: those with freight cases do."""
    return any(name.partition(":")[0] == "FRT" for name in unpack(sheet.row.state).machines)


def cards_of(
    sheet: Sheet, log: Sequence[EventView], registries: Mapping[str, Registry], policy: Policy, now: datetime
) -> CardSet:
    """Every card of this dossier; `log` is only read where `needs_log` says so."""
    dossier = stored(sheet.row, registries, policy, now)
    order = dossier.one("ORD", OrderState)
    approved = order is not None and bool(order.header)
    return CardSet(
        dossier=sheet.row.id,
        terms=terms_of(sheet.idents, dossier),
        order=_order(sheet, dossier, order, registries["order"]) if order is not None and approved else None,
        marks=tuple(sorted(set(_marks(sheet, dossier)))) if approved else (),
        freight=freight_cards(sheet.row, dossier, log, registries, policy),
        stock=stock_cards(dossier),
    )


def _order(sheet: Sheet, dossier: Dossier, order: OrderState, registry: Registry) -> OrderCard:
    header = header_of(order)
    shown = tiles(unpack(sheet.row.state), registry, [Concern(one.code, one.subject) for one in sheet.cases]).order
    promised = _end(header.promise)
    requested = _end(header.requested)
    worth = valued({no: line.open for no, line in order.lines.items()}, _prices(order), header.currency)
    priced = money(worth, header.currency) if worth else header.total
    return OrderCard(
        dossier=sheet.row.id,
        order_no=dossier.number,
        customer=header.customer.no,
        customer_name=header.customer.name,
        customer_po=header.customer_po,
        placed=header.ordered_at,
        since=dossier.since,
        requested=requested,
        promised=promised,
        due=None if _arrived(order) else promised or requested,
        value=priced.amount if priced is not None else None,
        currency=header.currency,
        grade=Grade[shown.grade.upper()].value,
        flow=shown.flow.id,
        label=shown.flow.label,
        worst=_worst(shown),
        cases=len(sheet.cases),
        severity=min((one.severity for one in sheet.cases), default=0),
        case_sum=sum(one.id for one in sheet.cases),
    )


def _prices(order: OrderState) -> dict[str, int]:
    return {number: line.price for number, line in order.lines.items()}


def _end(window: Window | None) -> datetime | None:
    return window.latest if window is not None else None


def _arrived(order: OrderState) -> bool:
    """Whether nothing of it is still to reach its customer."""
    if order.state in OVER:
        return True
    live = [group for group in order.groups.values() if group.handovers]
    return bool(live) and all(group.arrived_us for group in live) and all_complete(order)


def _worst(shown: TileView) -> str:
    """The words of the facet that makes the grade, where that is not the flow's own."""
    grade = Grade[shown.grade.upper()]
    if BUSINESS_STATES[shown.flow.id].grade is grade:
        return ""
    others = (shown.compliance, shown.money, shown.sync)
    return next(facet.label for facet in others if BUSINESS_STATES[facet.id].grade is grade)


def _marks(sheet: Sheet, dossier: Dossier) -> Iterator[str]:
    for _, one in dossier.groups("FO", FulfilmentState):
        yield f"warehouse|{one.warehouse}"
        yield from _partner(one.wms)
    for _, shipment in dossier.groups("SHP", ShipmentState):
        yield from _partner(shipment.carrier)
    for _, case in dossier.groups("FRT", FreightState):
        yield from _partner(case.carrier)
    for partner in sheet.partners:
        yield from _partner(partner)


def _partner(name: str) -> Iterator[str]:
    if name:
        yield f"partner|{name}"
