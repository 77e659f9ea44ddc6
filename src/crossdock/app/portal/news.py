"""What a customer is told when its order is shown differently: pure, in the words of the curated store and no others.

Telling compares what was shown with what is shown now, so nothing can be told that the customer could not read on the
page: no load, no internal checkpoint, nobody else's line. No name, address or number of a person is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

from crossdock.kernel.codec import encode_json
from crossdock.kernel.money import Money
from crossdock.ports.portal import (
    News,
    PortalOrder,
    Shown,
    ShownDocument,
    ShownEta,
    ShownInvoice,
    ShownMilestone,
    ShownReturn,
    ShownShipment,
)

# The kinds, with what customers read when they choose among them.
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "order.added": "A new order",
        "order.changed": "An order stands differently",
        "shipment.added": "A new shipment",
        "shipment.milestone": "A shipment reached a milestone",
        "shipment.corrected": "A milestone was reported by mistake",
        "shipment.changed": "A shipment stands differently",
        "shipment.eta": "A new estimate of arrival",
        "document.added": "A new document",
        "invoice.changed": "An invoice or its payment",
        "return.changed": "A return",
        "request.changed": "Something you asked us to look into",
    }
)
NEWS_MAX = 1_000


class ToldMilestone(Shown, frozen=True):
    """What happened, in the words of the page."""

    label: str
    step: int = 0
    at: datetime | None = None
    place: str = ""
    note: str = ""


class ToldShipment(Shown, frozen=True):
    """How a shipment stands."""

    ref: str
    status: str
    step: int = 0
    alert: str = ""
    tracking: tuple[str, ...] = ()
    eta: ShownEta | None = None


class ToldDocument(Shown, frozen=True):
    """A document that can be fetched."""

    id: str
    type: str
    title: str
    shipment: str = ""


class ToldInvoice(Shown, frozen=True):
    """An invoice as it stands."""

    invoice_no: str
    status: str
    total: Money


class ToldReturn(Shown, frozen=True):
    """A return as it stands."""

    number: str
    status: str


class ToldRequest(Shown, frozen=True):
    """Something the customer asked, and whether we answered; the words are on the page."""

    number: str
    topic: str
    answered: bool = False


class Words(Shown, frozen=True):
    """The data of an event to a customer: its order as it stands, and the part that the event is about."""

    order_no: str
    status: str
    phase: str
    po: str = ""
    alert: str = ""
    shipment: ToldShipment | None = None
    milestone: ToldMilestone | None = None
    document: ToldDocument | None = None
    invoice: ToldInvoice | None = None
    returned: ToldReturn | None = None
    request: ToldRequest | None = None


def news(before: PortalOrder | None, now: PortalOrder) -> tuple[News, ...]:
    """What to tell, in the order it is best read; the same look twice tells nothing."""
    told = [*_of_order(before, now)]
    shown = {one.ref: one for one in before.shipments} if before is not None else {}
    for one in now.shipments:
        told += _of_shipment(shown.get(one.ref), one, now)
    told += _of_papers(before, now)
    return tuple(told[:NEWS_MAX])


def _of_order(before: PortalOrder | None, now: PortalOrder) -> Iterator[News]:
    if before is None:
        yield _news("order.added", now, now.placed)
    elif (before.status, before.phase, before.alert) != (now.status, now.phase, now.alert):
        yield _news("order.changed", now)


def _of_shipment(before: ShownShipment | None, now: ShownShipment, order: PortalOrder) -> Iterator[News]:
    part = _shipment(now)
    if before is None:
        yield _news("shipment.added", order, shipment=part)
    known = {one.key: one for one in before.milestones} if before is not None else {}
    for one in now.milestones:
        was = known.get(one.key)
        if one.corrected is None and (was is None or _differs(was, one)):
            yield _news("shipment.milestone", order, one.at, shipment=part, milestone=_milestone(one))
        elif one.corrected is not None and was is not None and was.corrected is None:
            yield _news("shipment.corrected", order, one.corrected, shipment=part, milestone=_milestone(one))
    if before is None:
        return
    if (before.status, before.step, before.alert) != (now.status, now.step, now.alert):
        yield _news("shipment.changed", order, shipment=part)
    if now.eta is not None and now.eta != before.eta:
        yield _news("shipment.eta", order, shipment=part)


def _differs(was: ShownMilestone, now: ShownMilestone) -> bool:
    return (was.label, was.at, was.note, was.corrected) != (now.label, now.at, now.note, now.corrected)


def _of_papers(before: PortalOrder | None, now: PortalOrder) -> Iterator[News]:
    documents = {one.id for one in before.documents} if before is not None else set()
    for paper in now.documents:
        if paper.id not in documents:
            yield _news("document.added", now, paper.at, document=_document(paper))
    invoices = {one.invoice_no: _invoice(one) for one in before.invoices} if before is not None else {}
    for bill in now.invoices:
        if invoices.get(bill.invoice_no) != _invoice(bill):
            yield _news("invoice.changed", now, invoice=_invoice(bill))
    returns = {(one.number, one.status) for one in before.returns} if before is not None else set()
    for back in now.returns:
        if (back.number, back.status) not in returns:
            yield _news("return.changed", now, returned=_return(back))
    requests = {(one.number, bool(one.answer)) for one in before.requests} if before is not None else set()
    for asked in now.requests:
        if (asked.number, bool(asked.answer)) not in requests:
            yield _news("request.changed", now, request=ToldRequest(asked.number, asked.topic, bool(asked.answer)))


def _news(kind: str, order: PortalOrder, at: datetime | None = None, **part: Shown) -> News:
    stands = Words(order.order_no, order.status, order.phase, order.po, order.alert)
    return News(
        kind, f"order/{order.order_no}", at or order.as_of, encode_json(msgspec.structs.replace(stands, **part))
    )


def _shipment(one: ShownShipment) -> ToldShipment:
    return ToldShipment(one.ref, one.status, one.step, one.alert, one.tracking, one.eta)


def _milestone(one: ShownMilestone) -> ToldMilestone:
    return ToldMilestone(one.label, one.step, one.at, one.place, one.note)


def _document(one: ShownDocument) -> ToldDocument:
    return ToldDocument(one.id, one.type, one.title, one.shipment)


def _invoice(one: ShownInvoice) -> ToldInvoice:
    return ToldInvoice(one.invoice_no, one.status, one.total)


def _return(one: ShownReturn) -> ToldReturn:
    return ToldReturn(one.number, one.status)
