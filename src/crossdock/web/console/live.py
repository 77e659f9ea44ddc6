"""What makes pages live: one stream of server-sent events that only says that something changed.

A page then asks again for the part it shows, by the same address and the same handler as a reload. So a slow reader
costs nothing, a lost event is made up for by the next, and what is shown never depends on the stream.
"""

from __future__ import annotations

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.response import Redirect, Stream

from crossdock.ports.principal import Verb
from crossdock.web.console.params import Deps
from crossdock.web.console.theme import COOKIE, THEMES
from crossdock.web.people.guards import Call, May

YEAR_S = 365 * 24 * 3600


@get("/console/live", guards=[May(Verb.READ)])
async def live(deps: Deps) -> Stream:
    """Tell the page when to look again."""
    return Stream(deps.changes.read(), media_type="text/event-stream", headers={"cache-control": "no-store"})


@post("/console/theme", status_code=303, guards=[May(Verb.READ)])
async def choose_theme(request: Call) -> Response[None]:
    """Light or dark, kept in a cookie for a year."""
    chosen = (await request.form()).get("theme", "")
    answer = Redirect("/console", status_code=303)
    if chosen in THEMES:
        answer.set_cookie(Cookie(COOKIE, value=chosen, path="/console", max_age=YEAR_S, samesite="lax", httponly=True))
    return answer


HANDLERS = (live, choose_theme)
