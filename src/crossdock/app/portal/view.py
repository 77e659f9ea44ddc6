"""An order as it leaves the hub for a customer's machine: what is on the page, and nothing that is only ours."""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.app.portal.look import Freshness, Notice, OrderAnswer, OrdersAnswer
from crossdock.kernel.instant import Window
from crossdock.ports.portal import PortalOrder, ShownInvoice, ShownLine, ShownRequest, ShownReturn, ShownShipment


class DocumentView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A document of the order; `shipment` is the `ref` of the shipment it is about."""

    id: str
    type: str
    title: str
    at: datetime
    name: str = ""
    mime: str = ""
    shipment: str = ""


class OrderView(msgspec.Struct, frozen=True, omit_defaults=True):
    """An order. `as_of` is the instant by which everything known is in it, `message` what is wrong with that."""

    order_no: str
    status: str
    phase: str
    placed: datetime
    as_of: datetime
    freshness: Freshness
    message: str = ""
    alert: str = ""
    po: str = ""
    currency: str = ""
    requested: Window | None = None
    promise: Window | None = None
    ship_to: tuple[str, ...] = ()
    lines: tuple[ShownLine, ...] = ()
    shipments: tuple[ShownShipment, ...] = ()
    documents: tuple[DocumentView, ...] = ()
    invoices: tuple[ShownInvoice, ...] = ()
    returns: tuple[ShownReturn, ...] = ()
    requests: tuple[ShownRequest, ...] = ()


class OrdersView(msgspec.Struct, frozen=True):
    """A page of orders; `next` is the cursor of the following one, empty on the last."""

    items: tuple[OrderView, ...]
    next: str = ""


def order_view(answer: OrderAnswer) -> OrderView:
    """One order for a machine."""
    return _view(answer.order, answer.notice)


def orders_view(answer: OrdersAnswer) -> OrdersView:
    """A page of them."""
    return OrdersView(tuple(_view(order, answer.notice) for order in answer.orders), answer.next)


def _view(order: PortalOrder, notice: Notice) -> OrderView:
    documents = tuple(
        DocumentView(one.id, one.type, one.title, one.at, one.name, one.mime, one.shipment) for one in order.documents
    )
    own = {"as_of", "freshness", "message", "documents"}
    same = {name: getattr(order, name) for name in OrderView.__struct_fields__ if name not in own}
    return OrderView(
        **same, as_of=notice.as_of, freshness=notice.freshness, message=notice.message, documents=documents
    )
