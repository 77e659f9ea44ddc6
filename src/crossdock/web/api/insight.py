"""What is answered from the log: an order as it was, why it is as it is, and the KPIs of a window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from crossdock.app.access import Scope
from crossdock.app.history import Moment, Past
from crossdock.app.measuring import KpiView
from crossdock.app.queries import Page
from crossdock.app.why import STATE, Answer
from crossdock.web.api.guards import Cursor, Deps, Limit, Name, Needs, row_id
from crossdock.web.api.problems import Problem

WINDOW = timedelta(days=1)
WINDOW_MAX = timedelta(days=400)
PAST_PAGE_MAX = 50

Known = Annotated[datetime | None, QueryParameter(description="By what had been recorded then, RFC 3339.")]
True_ = Annotated[datetime | None, QueryParameter(description="As it was then by all that is known now, RFC 3339.")]
Instant = Annotated[datetime | None, QueryParameter(description="RFC 3339.")]
Field = Annotated[str, QueryParameter(max_length=200, description="The field asked about, or an end of it.")]
Board = Annotated[str, QueryParameter(max_length=8, description="OPS, WHS, TRN, CUS, FIN, CSR, INT or EXE.")]
By = Annotated[str, QueryParameter(max_length=200, description="A partner, warehouse, carrier or queue.")]


@get("/v1/past/orders/{order_no:str}", guards=[Needs(Scope.ORDERS_READ)])
async def read_past(deps: Deps, order_no: Name, as_known: Known = None, as_true: True_ = None) -> Past:
    """An order as it was known, or as it truly was, at an instant."""
    past = await deps.insight.past(f"order||{order_no}", Moment(_aware(as_known), _aware(as_true)))
    if past is None:
        raise Problem("not-found", f"there was no order {order_no} at that moment")
    return past


@get("/v1/past/orders", guards=[Needs(Scope.ORDERS_READ)])
async def list_past(
    deps: Deps, as_known: Known = None, as_true: True_ = None, cursor: Cursor = "", limit: Limit = PAST_PAGE_MAX
) -> Page[Past]:
    """Orders as they were at an instant, newest first; at most 50 are folded for a page."""
    moment = Moment(_aware(as_known), _aware(as_true))
    return await deps.insight.orders_at(moment, before=row_id(cursor), limit=min(limit, PAST_PAGE_MAX))


@get("/v1/why/orders/{order_no:str}", guards=[Needs(Scope.ORDERS_READ)])
async def read_reasons(deps: Deps, order_no: Name, field: Field = STATE) -> Answer:
    """Why a field of an order is what it is: facts, rules, what was passed over, claims that did not count."""
    answer = await deps.insight.why(f"order||{order_no}", field)
    if answer is None:
        raise Problem("not-found", f"there is no order {order_no}")
    return answer


@get("/v1/kpis", guards=[Needs(Scope.OPERATIONS_READ)])
async def read_kpis(
    deps: Deps,
    begin: Instant = None,
    end: Instant = None,
    board: Board = "",
    by: By = "",
    as_known: Known = None,
    as_true: True_ = None,
) -> tuple[KpiView, ...]:
    """The KPIs of a window, the last day where none is named, as they are or as they were known at an instant."""
    now = deps.clock.now()
    until = _aware(end) or now
    since = _aware(begin) or until - WINDOW
    if not timedelta(0) < until - since <= WINDOW_MAX:
        raise Problem("parameter-wrong", f"a window has at least an instant and at most {WINDOW_MAX.days} days")
    past = Moment(_aware(as_known), _aware(as_true)) if as_known or as_true else None
    return await deps.insight.figures(since, until, now, board=board, dimension=by, moment=past)


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


HANDLERS = (read_past, list_past, read_reasons, read_kpis)
