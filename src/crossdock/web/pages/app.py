"""All pages for people as one application: rooms (console, portal) side by side, their assets and their error page.

Who is signed in, forged forms and the headers on every answer are the business of the furniture (`web.people`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import iscoroutinefunction

import structlog
from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from crossdock.app.identity.entry import Entry
from crossdock.web.pages.assets import Assets
from crossdock.web.pages.failure import Failure, failure_of
from crossdock.web.pages.render import Renderer
from crossdock.web.people.furniture import Furniture
from crossdock.web.people.guards import Forged, NotAllowed

log = structlog.get_logger("crossdock.web")

BODY_BYTES_MAX = 4 * 1024 * 1024


@dataclass(frozen=True)
class Room:
    """One room of pages: everything below `prefix`, what its handlers are given, and how it shows a failure."""

    prefix: str
    handlers: Sequence[ControllerRouterHandler]
    dependencies: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    signature_types: Sequence[type] = ()


def build_pages(
    rooms: Sequence[Room], assets: Assets, failures: Renderer, entry: Entry, *, public_url: str = ""
) -> Litestar:
    """The application. `failures` renders `failure.html`, which all rooms share."""

    def failed(request: Request[object, object, State], error: Exception) -> Response[str]:
        failure = failure_of(error)
        if failure.status >= 500:
            log.error("request.failed", traceparent=request.headers.get("traceparent", ""), exc_info=error)
        return _page(request, failures, failure)

    return Litestar(
        [assets.handler(), *(_routed(room) for room in rooms)],
        exception_handlers={Exception: failed, NotAllowed: failed, Forged: failed},
        plugins=[Furniture(entry, public_url)],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=BODY_BYTES_MAX,
    )


def _routed(room: Room) -> Router:
    """A room's handlers with its own dependencies: two rooms may call different things by one name."""
    return Router(
        "/",
        route_handlers=list(room.handlers),
        dependencies={name: _provided(make) for name, make in room.dependencies.items()},
        signature_types=list(room.signature_types),
    )


def _provided(make: Callable[..., object]) -> Provide:
    return Provide(make) if iscoroutinefunction(make) else Provide(make, sync_to_thread=False)


def _page(request: Request[object, object, State], failures: Renderer, failure: Failure) -> Response[str]:
    return failures.page(request, "failure.html", {"failure": failure, "path": request.url.path}, status=failure.status)
