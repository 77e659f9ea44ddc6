"""Freight money: what is accrued, invoiced, matched, over tolerance and disputed, by carrier, age and period."""

from __future__ import annotations

from litestar import Response, get

from crossdock.app.orders.deeds import APPROVABLE, OF_MONEY
from crossdock.kernel.errors import Rejected
from crossdock.ports.cards import FreightAsked
from crossdock.ports.principal import Verb
from crossdock.web.console.params import PAGE, Cursor, Deps, Flag, Words
from crossdock.web.console.show import show
from crossdock.web.people.guards import Call, May, Who

STATES = (
    "ESTIMATED", "ACCRUED", "UNMATCHED", "INVOICED", "MATCHED", "MISMATCHED", "DISPUTED", "APPROVED", "SETTLED",
    "REVERSED",
)  # fmt: skip


@get("/console/money", guards=[May(Verb.SEE_MONEY)])
async def money_page(
    request: Call,
    deps: Deps,
    signed: Who,
    carrier: Words = "",
    kind: Words = "",
    over: Flag = False,
    cursor: Cursor = "",
) -> Response[str]:
    """Sums of what is open, and the cases behind them."""
    if kind and kind not in STATES:
        raise Rejected("a freight case is in none of that state: choose one of the list")
    asked = FreightAsked(PAGE, (kind,) if kind else (), carrier.strip(), over, place_of(cursor))
    page = await deps.purse.cases(asked)
    totals = await deps.purse.totals()
    waiting = await deps.asks.waiting(signed.principal, PAGE)
    asking = [one for one in waiting if one.ask.deed in OF_MONEY]
    return show(request, deps, signed, "money.html", "money", page=page, totals=totals, carrier=carrier, kind=kind,
                over=over, states=STATES, asking=asking, decidable=APPROVABLE)  # fmt: skip


def place_of(cursor: str) -> tuple[int, str] | None:
    """The case a page ended with.

    Raises:
        Rejected: not a cursor of ours.
    """
    if not cursor:
        return None
    dossier, _, part = cursor.partition(" ")
    if not (dossier.isascii() and dossier.isdecimal() and len(dossier) <= 18):
        raise Rejected("the cursor is not one we gave: go back to the list")
    return int(dossier), part


HANDLERS = (money_page,)
