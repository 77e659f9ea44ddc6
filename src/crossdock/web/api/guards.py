"""What the framework's routes share: the scope guard, the caller, and the parameters of pages."""

from __future__ import annotations

from typing import Annotated, cast

from litestar.connection import ASGIConnection, Request
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import PathParameter, QueryParameter

from crossdock.app.access import SAYING, Scope
from crossdock.ports.reach import confine
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.gate import Caller, Gate
from crossdock.web.api.problems import Problem
from crossdock.web.api.wire import headers_of

Call = Request[object, object, State]
Connection = ASGIConnection[BaseRouteHandler, object, object, State]

PAGE_MAX = 200
PAGE = 50

Deps = NamedDependency[ApiDeps]
Who = NamedDependency[Caller]

Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX, description="At most so many items.")]
Cursor = Annotated[str, QueryParameter(max_length=64, description="`next` of the page before; absent for the first.")]
Name = Annotated[str, PathParameter(min_length=1, max_length=128)]
Filter = Annotated[str, QueryParameter(max_length=128)]
Issuer = Annotated[str, QueryParameter(name="scope", max_length=128, description="Who issued the identifier.")]


# What these open is an order's, a shipment's or a stock's, and the database keeps it within a key's reach.
WITHIN = frozenset(
    {Scope.ORDERS_READ, Scope.SHIPMENTS_READ, Scope.INVENTORY_READ, Scope.FINANCE_READ, Scope.EVENTS_READ}
)


class Needs:
    """A guard: only callers whose key has one of the scopes, counted against their rate.

    From there on the request reaches as far as the key does. A route that is not `within` any reach is closed to keys
    that reach part of the business: one that is new is, until somebody decides.
    """

    def __init__(self, *scopes: Scope, within: bool = False) -> None:
        self.scopes = scopes
        self.says = SAYING.issuperset(scopes)
        self.within = within or self.says or WITHIN.issuperset(scopes)

    async def __call__(self, connection: Connection, _: BaseRouteHandler) -> None:
        """Let the caller in and remember it for the handler, or raise a problem."""
        deps: ApiDeps = connection.app.state.deps
        gate: Gate = connection.app.state.gate
        caller = await gate.caller(headers_of(connection.scope), deps.clock.now())
        state = cast("dict[str, object]", connection.scope["state"])
        state["caller"] = caller
        caller.need(*self.scopes)
        if not caller.reach.is_all:
            self._limit(caller)

    def _limit(self, caller: Caller) -> None:
        if not self.within:
            raise Problem("beyond-reach", "this key reaches part of the business and this is about all of it")
        if not self.says:
            # What is said is taken in as the partner's own, by the hub's own work.
            confine((caller.reach,))


def scopes_of(handler: HTTPRouteHandler) -> tuple[Scope, ...]:
    """The scopes of which a caller needs one; none for a public route."""
    guards = [guard for guard in handler.guards or () if isinstance(guard, Needs)]
    return guards[0].scopes if guards else ()


async def provide_caller(request: Call) -> Caller:
    """The caller the guard let in."""
    return cast("Caller", request.scope["state"]["caller"])


def row_id(cursor: str) -> int:
    """A cursor of a list by number; 0 for the first page."""
    if not cursor:
        return 0
    if not (cursor.isdecimal() and cursor.isascii() and len(cursor) <= 18):
        raise Problem("parameter-wrong", "the cursor is not one we gave: use `next` of the page before")
    return int(cursor)
