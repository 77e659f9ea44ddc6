"""KPIs: every board over a window, of one dimension or all, now or as they were known; with a curve for each figure."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get
from litestar.params import PathParameter, QueryParameter

from crossdock.kernel.codec import encode_json
from crossdock.ports.principal import Verb
from crossdock.web.console.orders import moment_of
from crossdock.web.console.params import Deps, Words
from crossdock.web.console.show import show
from crossdock.web.people.guards import Call, May, Who

BOARDS = {
    "OPS": "Control tower", "WHS": "Warehouse", "TRN": "Transport", "CUS": "Customs", "FIN": "Finance",
    "CSR": "Customer service", "INT": "Integration", "EXE": "Executive",
}  # fmt: skip
DAYS = (1, 7, 30, 90, 365)
Days = Annotated[int, QueryParameter(ge=1, le=366)]
Kpi = Annotated[str, PathParameter(pattern=r"^K-\d\d$")]


@get("/console/kpis", guards=[May(Verb.READ)])
async def kpis_page(
    request: Call, deps: Deps, signed: Who, board: Words = "OPS", days: Days = 7, dimension: Words = ""
) -> Response[str]:
    """One board; with `known`, as it was known then."""
    board = board if board in BOARDS else "OPS"
    moment = moment_of(request).known
    seen = await deps.boards.board(board, days, dimension.strip(), moment)
    shown = {"board": board, "days": days, "dimension": dimension, "known": moment}
    return show(request, deps, signed, "kpis.html", "kpis", seen=seen, boards=BOARDS, spans=DAYS, **shown)


@get("/console/kpis/{kpi:str}/curve.json", guards=[May(Verb.READ)])
async def kpi_curve(deps: Deps, kpi: Kpi, days: Days = 7, dimension: Words = "") -> Response[bytes]:
    """A figure over time as two columns: unix seconds and values, empty where nothing counted."""
    curve = await deps.boards.curve(kpi, days, dimension.strip())
    columns = [[int(at.timestamp()) for at, _ in curve], [None if one is None else float(one) for _, one in curve]]
    return Response(
        encode_json({"columns": columns}), media_type="application/json", headers={"cache-control": "no-store"}
    )


HANDLERS = (kpis_page, kpi_curve)
