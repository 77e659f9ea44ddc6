"""Orders: release, cancel, hold (I-10, I-12), and what we know of them."""

from __future__ import annotations

from litestar import Response, get, post

from crossdock.app import capabilities, queries
from crossdock.app.access import Scope
from crossdock.ports.views import DossierHead
from crossdock.web.api import facts
from crossdock.web.api.guards import PAGE, Call, Cursor, Deps, Limit, Name, Needs, row_id
from crossdock.web.api.problems import Problem


@post("/v1/orders", status_code=200, opt={"accepts": capabilities.RELEASE_ORDER}, guards=[Needs(Scope.ORDERS_WRITE)])
async def release_order(deps: Deps, request: Call) -> Response[bytes]:
    """Release an order: the ERP approved it, or a new revision of it; full state, never a delta."""
    return await facts.state(deps, request, capabilities.RELEASE_ORDER)


@post(
    "/v1/orders/{order_no:str}/cancellation",
    status_code=200,
    opt={"accepts": capabilities.CANCEL_ORDER},
    guards=[Needs(Scope.ORDERS_WRITE)],
)
async def cancel_order(deps: Deps, request: Call, order_no: Name) -> Response[bytes]:
    """Ask for an order, or some lines of it, to be cancelled."""
    return await facts.state(deps, request, capabilities.CANCEL_ORDER, order_no)


@post(
    "/v1/orders/{order_no:str}/holds",
    status_code=200,
    opt={"accepts": capabilities.HOLD_ORDER},
    guards=[Needs(Scope.ORDERS_WRITE)],
)
async def hold_order(deps: Deps, request: Call, order_no: Name) -> Response[bytes]:
    """Put an order on hold."""
    return await facts.state(deps, request, capabilities.HOLD_ORDER, order_no)


@post(
    "/v1/orders/{order_no:str}/hold-releases",
    status_code=200,
    opt={"accepts": capabilities.RELEASE_HOLD},
    guards=[Needs(Scope.ORDERS_WRITE)],
)
async def release_hold(deps: Deps, request: Call, order_no: Name) -> Response[bytes]:
    """End a hold."""
    return await facts.state(deps, request, capabilities.RELEASE_HOLD, order_no)


@get("/v1/orders", guards=[Needs(Scope.ORDERS_READ)])
async def list_orders(deps: Deps, cursor: Cursor = "", limit: Limit = PAGE) -> queries.Page[DossierHead]:
    """Orders, newest first."""
    return await queries.orders(deps.views, before=row_id(cursor), limit=limit)


@get("/v1/orders/{order_no:str}", guards=[Needs(Scope.ORDERS_READ)])
async def read_order(deps: Deps, order_no: Name) -> queries.OrderView:
    """An order as it stands now."""
    found = await queries.order(deps.views, deps.states, order_no)
    if found is None:
        raise Problem("not-found", f"no order {order_no} is known here: release it first, or check the number")
    return found


@get("/v1/orders/{order_no:str}/timeline", guards=[Needs(Scope.ORDERS_READ)])
async def read_timeline(deps: Deps, order_no: Name) -> queries.Trace:
    """Who said what about an order and when, what became of it, and what it caused."""
    found = await queries.trace(deps.views, f"order||{order_no}")
    if found is None:
        raise Problem("not-found", f"no order {order_no} is known here: release it first, or check the number")
    return found


HANDLERS = (release_order, cancel_order, hold_order, release_hold, list_orders, read_order, read_timeline)
