"""The first page: what flows, what is promised, what waits and what that costs."""

from __future__ import annotations

from litestar import Response, get

from crossdock.app.overview import CHART
from crossdock.kernel.codec import encode_json
from crossdock.ports.principal import Verb
from crossdock.web.console.params import Deps
from crossdock.web.console.show import show
from crossdock.web.people.guards import Call, May, Who


@get("/console", guards=[May(Verb.READ)])
async def now_page(request: Call, deps: Deps, signed: Who) -> Response[str]:
    """The live system map, the promises, and the ten orders that cost most to leave waiting."""
    return show(request, deps, signed, "now.html", "now", seen=await deps.tower.now())


@get("/console/now/flow.json", guards=[May(Verb.READ)])
async def now_flow(deps: Deps) -> Response[bytes]:
    """Facts by minute over the last hour, as two columns: unix seconds and counts."""
    minutes = await deps.tower.minutes()
    columns = [[int(one.at.timestamp()) for one in minutes], [one.facts for one in minutes]]
    return Response(
        encode_json({"hours": CHART.total_seconds() / 3600, "columns": columns}),
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )


HANDLERS = (now_page, now_flow)
