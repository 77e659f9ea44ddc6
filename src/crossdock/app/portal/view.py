"""An order as it leaves the hub for a customer's machine: what is on the page, and nothing that is only ours."""

from __future__ import annotations

import msgspec

from crossdock.app.portal.look import Freshness, Notice, OrderAnswer, OrdersAnswer
from crossdock.ports.portal import DocumentView, OrderWords, PortalOrder


class OrderView(OrderWords, frozen=True, kw_only=True):
    """An order. `as_of` is the instant by which everything known is in it, `message` what is wrong with that."""

    freshness: Freshness
    message: str = ""
    documents: tuple[DocumentView, ...] = ()


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
    words = {name: getattr(order, name) for name in OrderWords.__struct_fields__} | {"as_of": notice.as_of}
    papers = tuple(
        DocumentView(**{name: getattr(one, name) for name in DocumentView.__struct_fields__}) for one in order.documents
    )
    return OrderView(**words, freshness=notice.freshness, message=notice.message, documents=papers)
