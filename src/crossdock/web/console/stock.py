"""Stock: every position as the warehouse says it, what the ERP books of it, and where the two drift apart."""

from __future__ import annotations

from litestar import Response, get

from crossdock.kernel.errors import Rejected
from crossdock.ports.cards import StockAsked
from crossdock.ports.principal import Verb
from crossdock.web.console.params import PAGE, Deps, Flag, Number, Words
from crossdock.web.console.show import show
from crossdock.web.pages.failure import NoSuchPage
from crossdock.web.people.guards import Call, May, Who

PLACE_PARTS = 4


@get("/console/stock", guards=[May(Verb.READ)])
async def stock_page(
    request: Call, deps: Deps, signed: Who, warehouse: Words = "", item: Words = "", drift: Flag = False
) -> Response[str]:
    """Positions by warehouse, item, lot and status."""
    after = place_of(str(request.query_params.get("cursor", "")))
    page = await deps.shelves.positions(StockAsked(PAGE, warehouse.strip(), item.strip(), drift, after))
    return show(request, deps, signed, "stock.html", "stock", page=page, warehouse=warehouse, item=item, drift=drift)


@get("/console/stock/{dossier:int}", guards=[May(Verb.READ)])
async def stock_item_page(request: Call, deps: Deps, signed: Who, dossier: Number) -> Response[str]:
    """One item in one warehouse: its positions, its movements and snapshots, its variances."""
    found = await deps.shelves.item(dossier)
    if found is None:
        raise NoSuchPage
    return show(request, deps, signed, "stock_item.html", "stock", found=found)


def place_of(cursor: str) -> tuple[str, str, str, str] | None:
    """The position a page ended with.

    Raises:
        Rejected: not a cursor of ours.
    """
    if not cursor:
        return None
    parts = cursor.split("\t")
    if len(parts) != PLACE_PARTS or len(cursor) > 512:
        raise Rejected("the cursor is not one we gave: go back to the list")
    return (parts[0], parts[1], parts[2], parts[3])


HANDLERS = (stock_page, stock_item_page)
