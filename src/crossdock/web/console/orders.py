"""Orders: the list, the search over every identifier, and one order on one page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote, urlencode

from litestar import Response, get
from litestar.params import QueryParameter
from litestar.response import Redirect

from crossdock.app.headline import FLOWS
from crossdock.app.history import Moment
from crossdock.app.orders.sheet import OrderSheet
from crossdock.kernel.errors import Rejected
from crossdock.ports.cards import OrdersAsked
from crossdock.ports.principal import Verb
from crossdock.web.console.lanes import drawing
from crossdock.web.console.order_parts import fields_of, picked_of
from crossdock.web.console.params import PAGE, Cursor, Deps, Flag, Name, Words
from crossdock.web.console.show import show
from crossdock.web.pages.failure import NoSuchPage
from crossdock.web.people.guards import Call, May, Who

GRADES = ("quiet", "good", "watch", "act", "stop")
VIEWS = ("timeline", "books", "documents", "why", "identifiers")
Step = Annotated[int, QueryParameter(ge=0, le=100_000)]
Field = Annotated[str, QueryParameter(max_length=200)]


@get("/console/orders", guards=[May(Verb.READ)])
async def orders_page(
    request: Call, deps: Deps, signed: Who, q: Words = "", cursor: Cursor = "", stay: Flag = False
) -> Response[str] | Redirect:
    """What is looked for where something is, else the list; the one page with exactly that identifier at once."""
    if q.strip():
        hits = await deps.lists.search(q, cursor, PAGE)
        if hits.only and not stay and not cursor:
            return Redirect(f"/console/orders/{quote(hits.only, safe='')}", status_code=303)
        return show(request, deps, signed, "search.html", "orders", q=q, hits=hits)
    asked = asked_of(request, cursor)
    page = await deps.lists.orders(asked)
    kept = urlencode({name: value for name, value in request.query_params.items() if name != "cursor" and value})
    return show(request, deps, signed, "orders.html", "orders", asked=asked, page=page, kept=kept, grades=GRADES,
                flows=FLOWS)  # fmt: skip


@get("/console/orders/{name:str}", guards=[May(Verb.READ)])
async def order_page(
    request: Call, deps: Deps, signed: Who, name: Name, view: Words = "timeline", step: Step = 0, field: Field = "state"
) -> Response[str]:
    """One order, or whatever else has a log of its own: now, as it was known, or as it truly was."""
    sheet = await deps.sheets.of(name, moment_of(request), step, field if view == "why" else "")
    if sheet is None or view not in VIEWS:
        raise NoSuchPage
    may = signed.principal.may
    parts = {
        "drawing": drawing(sheet.trace, money=may(Verb.SEE_MONEY)) if view == "timeline" else None,
        "picked": picked_of(sheet, str(request.query_params.get("pick", "")), may),
        "answer": sheet.answer,
        "fields": fields_of(sheet.states, may) if view == "why" else (),
        "asking": await deps.asks.desk(sheet.ident, sheet.dossier, signed.principal),
    }
    return show(request, deps, signed, "order.html", "orders", sheet=sheet, view=view, field=field, keep=keep(sheet),
                q=sheet.number, **parts)  # fmt: skip


@get("/console/orders/{name:str}/documents/{message:str}", guards=[May(Verb.SEE_PAYLOADS)])
async def order_document(deps: Deps, signed: Who, name: Name, message: Name) -> Response[bytes]:
    """The bytes of a message that fed this order, as they were received; that they were shown is kept."""
    found = await deps.sheets.document(name, message, signed.principal)
    if found is None:
        raise NoSuchPage
    return Response(
        found.body,
        media_type="application/octet-stream",
        headers={"content-disposition": f'attachment; filename="{quote(found.id)}"', "cache-control": "no-store"},
    )


def asked_of(request: Call, cursor: str) -> OrdersAsked:
    """The filters of an address; what is none of ours takes any.

    Raises:
        Rejected: a cursor or grade that is none.
    """
    given = {name: str(value)[:128] for name, value in request.query_params.items()}
    grade = given.get("grade", "")
    if (grade and grade not in GRADES) or (cursor and not (cursor.isascii() and cursor.isdecimal())):
        raise Rejected("that filter is not one we offer: go back to the list")
    return OrdersAsked(
        limit=PAGE,
        before=int(cursor or 0),
        grade=GRADES.index(grade) if grade else -1,
        flow=given.get("flow", ""),
        customer=given.get("customer", "").strip(),
        warehouse=given.get("warehouse", "").strip(),
        partner=given.get("partner", "").strip(),
        late=given.get("late", "") == "1",
        cases=given.get("cases", "") == "1",
    )


def moment_of(request: Call) -> Moment:
    """`known` and `true` of the address, in UTC.

    Raises:
        Rejected: not an instant.
    """
    return Moment(*(_instant(str(request.query_params.get(name, ""))) for name in ("known", "true")))


def keep(sheet: OrderSheet) -> str:
    """What links within the page carry on, so that they stay at the same moment."""
    given = {"known": sheet.moment.known, "true": sheet.moment.true}
    return urlencode({name: at.isoformat() for name, at in given.items() if at is not None})


def _instant(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        at = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError as error:
        raise Rejected("say the instant as 2026-06-01T14:30, in UTC") from error
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


HANDLERS = (orders_page, order_page, order_document)
