"""What makes an order's page live: the customer's own news of it, as server-sent events, and the script that listens.

The page asks again for itself when it is told something, so what is shown never depends on the stream (decision 35).
"""

from __future__ import annotations

from importlib import resources
from typing import Annotated, cast

from litestar import Response, get
from litestar.params import QueryParameter

from crossdock.app.identity.entry import Signed
from crossdock.app.webhooks.curated import number_of
from crossdock.kernel.errors import Overloaded
from crossdock.web.people.guards import Call
from crossdock.web.portal.deps import Deps, In
from crossdock.web.portal.orders import OWN, Number
from crossdock.web.portal.track import CACHED
from crossdock.web.streaming import EventStream, NewsReader, Openings, StreamBounds

SCRIPT = (resources.files("crossdock.web.portal") / "static" / "portal.js").read_text()
EACH_MAX, ALL_MAX = 6, 500
BOUNDS = StreamBounds(look_s=2.0)
From = Annotated[str, QueryParameter(name="from", max_length=20)]


@get("/portal/live", guards=OWN)
async def live(request: Call, deps: Deps, room: In, no: Number, from_: From = "") -> EventStream:
    """News of one order, from what the page was made of or from where a stream broke off.

    Raises:
        Overloaded: this person, or the process, has as many pages live as it may.
        Rejected: that is no place to go on from.
    """
    number = number_of(request.headers.get("last-event-id", "") or from_)
    openings = cast("Openings", request.app.state.openings)
    who = cast("Signed", request.scope["state"]["signed"]).principal.key
    if not openings.enter(who):
        raise Overloaded(f"{EACH_MAX} pages of yours are live already: this one shows what is known when you load it")
    reader = NewsReader(deps.news, room.customer, number, subject=f"order/{no}")
    return EventStream(reader.read, BOUNDS, leave=lambda: openings.leave(who))


@get("/portal/portal.js", media_type="text/javascript")
async def script() -> Response[str]:
    """The one script; every page works without it."""
    return Response(SCRIPT, media_type="text/javascript", headers=CACHED)


HANDLERS = (live, script)
