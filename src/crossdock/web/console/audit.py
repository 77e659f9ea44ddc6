"""Audit: everything done by hand, newest first, and the proof that nothing of it was changed since."""

from __future__ import annotations

from litestar import Response, get

from crossdock.ports.principal import Verb
from crossdock.web.console.params import PAGE, Cursor, Deps, Words
from crossdock.web.console.show import show
from crossdock.web.people.guards import Call, May, Who


@get("/console/audit", guards=[May(Verb.READ)])
async def audit_page(request: Call, deps: Deps, signed: Who, cursor: Cursor = "", check: Words = "") -> Response[str]:
    """Acts; with `check` every hash of the chain is worked out again."""
    report = await deps.book.verify() if check else None
    page = await deps.book.latest(cursor, PAGE)
    return show(request, deps, signed, "audit.html", "audit", page=page, report=report)


HANDLERS = (audit_page,)
