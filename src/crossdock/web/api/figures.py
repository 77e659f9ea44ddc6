"""Figures of this process at the door, for collectors that come with a key."""

from __future__ import annotations

from litestar import Response, get

from crossdock.app.access import Scope
from crossdock.web.api.guards import Deps, Needs
from crossdock.web.api.problems import Problem


@get("/v1/metrics", opt={"answers": "text/plain"}, guards=[Needs(Scope.OPERATIONS_READ)])
async def read_metrics(deps: Deps) -> Response[bytes]:
    """Figures of the serving process, as Prometheus collects them."""
    if deps.figures is None:
        raise Problem("not-ready", "this process tells no figures")
    kind, figures = deps.figures
    return Response(await figures(), media_type=kind)


HANDLERS = (read_metrics,)
