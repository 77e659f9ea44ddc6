"""Results of reconciliation, what is different now, and a wish that checks run at once."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import QueryParameter

from crossdock.app.access import Scope
from crossdock.app.queries import Page, page
from crossdock.app.reconcile.service import check_of
from crossdock.kernel.errors import Rejected
from crossdock.ports.reconciliation import BreakRow, Reconciliations, ResultRow
from crossdock.web.api.guards import PAGE, Cursor, Deps, Limit, Name, Needs, row_id
from crossdock.web.api.problems import Problem

CheckName = Annotated[str, QueryParameter(name="check", max_length=8, description="RC-01 to RC-27; absent for all.")]


class Asked(msgspec.Struct, frozen=True):
    """How many runs the scheduler was asked for."""

    runs: int


@get("/v1/reconciliations", guards=[Needs(Scope.OPERATIONS_READ)])
async def list_reconciliations(
    deps: Deps, named: CheckName = "", cursor: Cursor = "", limit: Limit = PAGE
) -> Page[ResultRow]:
    """Results, newest first: outcome counts, and count and hash of both extracts as the proof of completeness."""
    rows = await _store(deps).results(_checked(named), row_id(cursor), limit)
    return page(rows, limit, lambda row: str(row.id))


@get("/v1/reconciliations/{check_id:str}/differences", guards=[Needs(Scope.OPERATIONS_READ)])
async def list_differences(deps: Deps, check_id: Name, cursor: Cursor = "", limit: Limit = PAGE) -> Page[BreakRow]:
    """What a check remembers as different, by match key: since when, in how many runs, and which case it opened."""
    rows = await _store(deps).differences(_checked(check_id), cursor, limit)
    return page(rows, limit, lambda row: row.key)


@post("/v1/reconciliations", guards=[Needs(Scope.OPERATIONS_WRITE)], status_code=202)
async def ask_reconciliation(deps: Deps, named: CheckName = "") -> Asked:
    """Have the scheduler run a check (all, where none is named) now instead of when it is due next."""
    return Asked(await _store(deps).hurry(_checked(named), deps.clock.now()))


def _checked(name: str) -> str:
    if not name:
        return ""
    try:
        return check_of(name).id
    except Rejected as error:
        raise Problem("not-found", error.detail) from error


def _store(deps: Deps) -> Reconciliations:
    if deps.reconciliations is None:
        raise Problem("not-found", "this hub keeps no results of reconciliation")
    return deps.reconciliations


HANDLERS = (list_reconciliations, list_differences, ask_reconciliation)
