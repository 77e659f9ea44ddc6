"""What customers' machines ask (I-03): their own orders out of the curated store, documents, and returns.

The customer is the key's own. No address and no parameter names one.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import QueryParameter

from crossdock.app.access import Scope
from crossdock.app.portal.asking import Asking, Wish
from crossdock.app.portal.look import Portal
from crossdock.app.portal.view import OrdersView, OrderView, order_view, orders_view
from crossdock.kernel.codec import decode_json
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.gate import Caller
from crossdock.web.api.guards import Call, Deps, Limit, Name, Needs, Who
from crossdock.web.api.problems import Problem
from crossdock.web.api.wire import headers_of, read_body

UNKNOWN = "no such order is yours: check the number; an order placed a moment ago may not be here yet"
BODY_BYTES_MAX = 64 * 1024
# An order is told whole, some 2 kB: fewer of them on a page than of short lines elsewhere, as on the portal itself.
ORDERS = 25
READ, WRITE = [Needs(Scope.PORTAL_READ)], [Needs(Scope.PORTAL_WRITE)]

Number = Annotated[str, QueryParameter(max_length=80, description="The beginning of an identifier of yours.")]
Phase = Annotated[str, QueryParameter(max_length=20, description="open, moving, attention, delivered or cancelled.")]
After = Annotated[str, QueryParameter(name="cursor", max_length=300, description="`next` of the page before.")]


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A return to ask for: quantity by order line. `request` is yours; the same one again asks for nothing more."""

    request: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    reason: str
    lines: dict[str, str]


class AskedFor(msgspec.Struct, frozen=True):
    """The number the return is known by from now on."""

    number: str


@get("/v1/portal/orders", guards=READ)
async def list_own_orders(
    deps: Deps, caller: Who, number: Number = "", phase: Phase = "", cursor: After = "", limit: Limit = ORDERS
) -> OrdersView:
    """Your orders, newest first."""
    portal, customer = _mine(deps, caller)
    return orders_view(await portal.orders(customer, limit=limit, phase=phase, number=number, after=cursor))


@get("/v1/portal/orders/{order_no:str}", guards=READ)
async def read_own_order(deps: Deps, caller: Who, order_no: Name) -> OrderView:
    """One order of yours: progress, shipments, estimates, documents, invoices, returns."""
    portal, customer = _mine(deps, caller)
    answer = await portal.order(customer, order_no)
    if answer is None:
        raise Problem("not-found", UNKNOWN)
    return order_view(answer)


@get("/v1/portal/orders/{order_no:str}/documents/{document:str}", guards=READ)
async def fetch_own_document(deps: Deps, caller: Who, order_no: Name, document: Name) -> Response[bytes]:
    """The bytes of a document of an order of yours; with `personal:read` only, for it may name persons."""
    caller.need(Scope.PERSONAL_READ)
    portal, customer = _mine(deps, caller)
    found = await portal.document(customer, order_no, document)
    if found is None or found[1] is None:
        raise Problem("not-found", "no such document of yours is kept here")
    headers = {"content-disposition": "attachment"}
    return Response(found[1].body, media_type="application/octet-stream", headers=headers)


@post("/v1/portal/orders/{order_no:str}/returns", status_code=202, guards=WRITE)
async def ask_own_return(deps: Deps, caller: Who, request: Call, order_no: Name) -> AskedFor:
    """Ask for a return; the answer comes with the order."""
    _, customer = _mine(deps, caller)
    headers = headers_of(request.scope)
    body = await read_body(request.receive, headers, bytes_max=BODY_BYTES_MAX, wait_s=deps.limits.body_wait_s)
    wanted = decode_json(body, _decoder)
    asking = deps.asking
    assert isinstance(asking, Asking), "where the portal is asked, it is asked for returns too"
    return AskedFor(
        await asking.give_back(customer, Wish(order_no, wanted.lines, wanted.reason, f"api:{wanted.request}"[:64]))
    )


_decoder = msgspec.json.Decoder(Wanted)


def _mine(deps: ApiDeps, caller: Caller) -> tuple[Portal, str]:
    """The portal, and whose orders this key may ask for."""
    if deps.portal is None or not caller.customer:
        raise Problem("scope-missing", "this key is no customer's: ask an operator for one that is")
    return deps.portal, caller.customer


HANDLERS = (list_own_orders, read_own_order, fetch_own_document, ask_own_return)
