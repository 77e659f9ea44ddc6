"""Service levels: every promise, how well it is kept, and what is left of its error budget."""

from __future__ import annotations

from litestar import get

from crossdock.app.access import Scope
from crossdock.app.slos.budget import Budget
from crossdock.web.api.guards import Deps, Needs
from crossdock.web.api.problems import Problem


@get("/v1/slos", guards=[Needs(Scope.OPERATIONS_READ)])
async def read_slos(deps: Deps) -> tuple[Budget, ...]:
    """Every objective over its window, as far as the schedule role has counted."""
    if deps.levels is None:
        raise Problem("not-ready", "this process counts no service levels")
    return await deps.levels.standing()


HANDLERS = (read_slos,)
