"""The portal as one application, to stand beside the API: its pages, the public tracking page, and what both load."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import Litestar, Response
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from crossdock.app.identity.entry import Entry
from crossdock.kernel.errors import Rejected, Transient
from crossdock.web.people.furniture import Furniture
from crossdock.web.people.guards import Call, NotAllowed
from crossdock.web.portal import hooks, live, orders, own, track, wishes
from crossdock.web.portal.deps import PortalDeps, Room, provide_room
from crossdock.web.portal.pages import page
from crossdock.web.streaming import Openings

BODY_BYTES_MAX = 64 * 1024
AWAY_S = "30"
AWAY = "We cannot look up your orders at this moment. Nothing is lost; try again in a minute."
UNKNOWN = "There is no such page, or it is not yours to see. An order placed a moment ago may not be here yet."


def build_portal(deps: PortalDeps, entry: Entry) -> Mapping[str, ASGIApp]:
    """The application by the first parts of its paths."""
    app = Litestar(
        [*orders.HANDLERS, *wishes.HANDLERS, *own.HANDLERS, *hooks.HANDLERS, *live.HANDLERS, *track.HANDLERS],
        plugins=[Furniture(entry, deps.public_url)],
        dependencies={"deps": Provide(lambda: deps, sync_to_thread=False), "room": Provide(provide_room)},
        exception_handlers={
            NotAllowed: _not_allowed,
            Rejected: _rejected,
            Transient: _away,
            HTTPException: _unknown,
        },
        signature_types=[PortalDeps, Room],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=BODY_BYTES_MAX,
    )
    app.state.openings = Openings(live.EACH_MAX, live.ALL_MAX)
    return {"portal": app, "track": app}


def told(status: int, title: str, text: str, headers: Mapping[str, str] | None = None) -> Response[str]:
    """A page that says one thing."""
    answer = page("message.html", status, title=title, text=text)
    answer.headers.update(headers or {})
    return answer


def _not_allowed(_: Call, error: NotAllowed) -> Response[str]:
    return told(403, "Not yours to see", f"{error}.")


def _rejected(_: Call, error: Rejected) -> Response[str]:
    return told(400, "That did not work", f"{error.detail[:1].upper()}{error.detail[1:]}. Nothing was changed.")


def _away(_: Call, __: Transient) -> Response[str]:
    return told(503, "Please come back in a moment", AWAY, {"retry-after": AWAY_S})


def _unknown(_: Call, error: HTTPException) -> Response[str]:
    if error.status_code == 404:
        return told(404, "Not found", UNKNOWN)
    return told(error.status_code, "That did not work", "This address cannot be used like that. Nothing was changed.")
