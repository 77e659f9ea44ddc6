"""What happens to a customer's own orders, for its machines: a page for who asks, a stream for who listens."""

from __future__ import annotations

from typing import Annotated, cast

from litestar import get
from litestar.params import QueryParameter

from crossdock.app.access import Scope
from crossdock.app.webhooks.curated import CustomerLog, CustomerPage, number_of
from crossdock.kernel.errors import Rejected
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.gate import Caller
from crossdock.web.api.guards import PAGE, Call, Cursor, Deps, Limit, Needs, Who
from crossdock.web.api.problems import Problem
from crossdock.web.api.stream import Streams
from crossdock.web.api.wire import headers_of, text
from crossdock.web.streaming import MEDIA, EventStream, NewsReader

TYPES_MAX = 20
Types = Annotated[
    str, QueryParameter(name="type", max_length=1000, description="Types or families (`shipment.*`), with commas.")
]


@get("/v1/portal/events", guards=[Needs(Scope.PORTAL_READ)])
async def list_own_events(
    deps: Deps, caller: Who, types: Types = "", cursor: Cursor = "", limit: Limit = PAGE
) -> CustomerPage:
    """What you were told within a month, as CloudEvents in order; go on from `next`, now or later."""
    log = _log(deps, caller)
    try:
        return await log.page(caller.customer, cursor, _names(types), limit)
    except Rejected as error:
        raise Problem("parameter-wrong", error.detail) from error


@get("/v1/portal/events/stream", opt={"answers": MEDIA}, guards=[Needs(Scope.PORTAL_READ)])
async def stream_own_events(deps: Deps, caller: Who, request: Call, types: Types = "") -> EventStream:
    """What happens to your orders, as it is told (server-sent events); `Last-Event-ID` goes on where one broke off."""
    log, wanted = _log(deps, caller), _names(types)
    last = text(headers_of(request.scope).get(b"last-event-id", b""))
    try:
        number = number_of(last) if last else await log.news.last(caller.customer)
    except Rejected as error:
        raise Problem("parameter-wrong", error.detail) from error
    streams = cast("Streams", request.app.state.streams)
    streams.enter(caller.owner)
    reader = NewsReader(log, caller.customer, number, wanted)
    return EventStream(reader.read, streams.bounds, leave=lambda: streams.leave(caller.owner))


def _names(listed: str) -> tuple[str, ...]:
    names = tuple(name for name in (part.strip() for part in listed.split(",")) if name)
    if len(names) > TYPES_MAX:
        raise Problem("parameter-wrong", f"name at most {TYPES_MAX} types")
    return names


def _log(deps: ApiDeps, caller: Caller) -> CustomerLog:
    if deps.news is None or not caller.customer:
        raise Problem("scope-missing", "this key is no customer's: ask an operator for one that is")
    return deps.news


HANDLERS = (list_own_events, stream_own_events)
