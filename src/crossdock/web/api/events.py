"""The event log outwards as CloudEvents: a page for those who ask, a stream (SSE) for those who listen."""

from __future__ import annotations

from typing import Annotated, cast

from litestar import get
from litestar.params import QueryParameter

from crossdock.app.access import Scope
from crossdock.app.webhooks.listening import EventLog, EventPage, place_of
from crossdock.app.webhooks.wanted import checked
from crossdock.kernel.errors import Rejected
from crossdock.ports.subscriptions import Filter
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.gate import Caller
from crossdock.web.api.guards import PAGE, Call, Cursor, Deps, Limit, Needs, Who
from crossdock.web.api.problems import Problem
from crossdock.web.api.stream import LogReader, Streams
from crossdock.web.api.wire import headers_of, text
from crossdock.web.streaming import MEDIA, EventStream

Types = Annotated[
    str, QueryParameter(name="type", max_length=2000, description="Types or families (`shipment.*`), with commas.")
]
By = Annotated[str, QueryParameter(max_length=2000, description="Who said it, with commas.")]
Whose = Annotated[str, QueryParameter(max_length=2000, description="Customer numbers, with commas.")]


@get("/v1/events", guards=[Needs(Scope.EVENTS_READ)])
async def list_events(
    deps: Deps,
    caller: Who,
    types: Types = "",
    partner: By = "",
    customer: Whose = "",
    cursor: Cursor = "",
    limit: Limit = PAGE,
) -> EventPage:
    """Events in the order they were committed, as CloudEvents; go on from `next`, now or later."""
    wanted = _filter(caller, types, partner, customer)
    try:
        return await _log(deps).page(cursor, wanted, limit)
    except Rejected as error:
        raise Problem("parameter-wrong", error.detail) from error


@get("/v1/events/stream", opt={"answers": MEDIA}, guards=[Needs(Scope.EVENTS_READ)])
async def stream_events(
    deps: Deps, caller: Who, request: Call, types: Types = "", partner: By = "", customer: Whose = ""
) -> EventStream:
    """Events as they are committed (server-sent events); `Last-Event-ID` goes on where a stream broke off."""
    wanted, log = _filter(caller, types, partner, customer), _log(deps)
    last = text(headers_of(request.scope).get(b"last-event-id", b""))
    try:
        place = place_of(last) if last else await log.end()
    except Rejected as error:
        raise Problem("parameter-wrong", error.detail) from error
    streams = cast("Streams", request.app.state.streams)
    streams.enter(caller.owner)
    reader = LogReader(log, place, wanted, personal=Scope.PERSONAL_READ in caller.scopes)
    return EventStream(reader.read, streams.bounds, leave=lambda: streams.leave(caller.owner))


def _filter(caller: Caller, types: str, partner: str, customer: str) -> Filter:
    """What is asked for, and of a partner's key only what that partner said."""
    partners = (caller.partner,) if caller.partner else _names(partner)
    try:
        return checked(Filter(_names(types), partners, _names(customer)))
    except Rejected as error:
        raise Problem("parameter-wrong", error.detail) from error


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip() for part in listed.split(",")) if name)


def _log(deps: ApiDeps) -> EventLog:
    if deps.events is None:
        raise Problem("not-ready", "this process reads no event log")
    return deps.events


HANDLERS = (list_events, stream_events)
