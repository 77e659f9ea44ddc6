"""Orders: the list with its search, one order, its proofs and its documents."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import QueryParameter

from crossdock.app.portal.news import KINDS
from crossdock.ports.principal import Verb
from crossdock.web.people.guards import Call, May
from crossdock.web.portal.deps import Deps, In
from crossdock.web.portal.pages import PHASES, page

PAGE = 25
OWN = [May(Verb.SEE_OWN)]
Number = Annotated[str, QueryParameter(name="no", max_length=128)]
Search = Annotated[str, QueryParameter(name="q", max_length=80)]
Phase = Annotated[str, QueryParameter(name="phase", max_length=20)]
After = Annotated[str, QueryParameter(name="after", max_length=300)]
Id = Annotated[str, QueryParameter(name="id", max_length=64)]
# What a browser may show of itself; everything else is a download, so that no document runs as a page of ours.
SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp", "text/plain"})
# What the script of a page sends when it looks again, and the types of events that make it.
AGAIN = "x-looks-again"
EVENTS = " ".join(f"crossdock.{kind}" for kind in KINDS)
FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@get("/portal", guards=OWN)
async def list_orders(deps: Deps, room: In, q: Search = "", phase: Phase = "", after: After = "") -> Response[str]:
    """The customer's orders, newest first; a number finds them by the customer's own identifiers."""
    answer = await deps.portal.orders(
        room.customer, limit=PAGE, phase=phase if phase in PHASES else "", number=q, after=after
    )
    return page("orders.html", room=room, answer=answer, q=q, phase=phase, first=not after)


@get("/portal/order", guards=OWN)
async def show_order(request: Call, deps: Deps, room: In, no: Number) -> Response[str]:
    """One order: progress, shipments, documents, invoices, returns. A page that looks again is no look of anybody."""
    told = await deps.news.news.last(room.customer)
    answer = await deps.portal.order(room.customer, no, looked=AGAIN not in request.headers)
    if answer is None:
        raise NotFoundException
    links = await deps.links.of(room.customer, no)
    live = {"stream": room.href("/live", no=no, **{"from": told}), "kinds": EVENTS}
    return page("order.html", 200, room=room, order=answer.order, notice=answer.notice, links=links, live=live)


@get("/portal/proof", guards=OWN)
async def show_proof(deps: Deps, room: In, no: Number, id_: Id) -> Response[str]:
    """The proof of delivery as it was told, to print or keep."""
    found = await deps.portal.shipment(room.customer, no, id_)
    if found is None or not found[1].proofs:
        raise NotFoundException
    return page("proof.html", room=room, order=found[0], shipment=found[1], notice=found[2])


@get("/portal/document", guards=OWN)
async def fetch_document(deps: Deps, room: In, no: Number, id_: Id) -> Response[bytes] | Response[str]:
    """The bytes of a document of the customer's own; where they are not kept, a page that says so."""
    found = await deps.portal.document(room.customer, no, id_)
    if found is None:
        raise NotFoundException
    known, kept = found
    if kept is None:
        text = f"We know of this document ({known.title}), but do not hold a copy here. Contact us to get one."
        return page("message.html", 404, title="Not held here", text=text)
    mime = kept.mime.partition(";")[0].strip().lower()
    name = FILE_NAME.sub("-", known.name or f"{known.type}-{no}")[:100]
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(kept.body, media_type=mime if mime in SHOWN else "application/octet-stream", headers=headers)


HANDLERS = (list_orders, show_order, show_proof, fetch_document)
