"""What people say by hand about an order or a freight case: ask for it, agree to it, or let it be."""

from __future__ import annotations

from urllib.parse import quote

from litestar import Response, post

from crossdock.kernel.errors import Rejected
from crossdock.ports.asks import Wish
from crossdock.ports.principal import Verb
from crossdock.web.console.forms import back, field, reason
from crossdock.web.console.params import Deps, Name, Number
from crossdock.web.pages.failure import NoSuchPage
from crossdock.web.people.guards import Call, May, Who

DOERS = (Verb.ACT, Verb.WORK, Verb.APPROVE)
# Where a form may lead back to beside the page of the order.
LISTS = {"money": "/console/money", "work": "/console/work"}


@post("/console/orders/{name:str}/asks", status_code=303, guards=[May(*DOERS)])
async def ask_for_deed(request: Call, deps: Deps, signed: Who, name: Name) -> Response[None]:
    """Ask for something; where one person is enough it is done at once."""
    form = await request.form()
    wish = Wish(**{key: field(form, key, chars_max=200) for key in ("deed", "about", "value")}, reason=reason(form))
    ident = await deps.sheets.ident_of(name)
    if not ident:
        raise NoSuchPage
    await deps.asks.ask(ident, wish, signed.principal)
    return back(_whence(field(form, "from", chars_max=20), name))


@post("/console/orders/{name:str}/asks/{ask:int}", status_code=303, guards=[May(*DOERS)])
async def settle_ask(request: Call, deps: Deps, signed: Who, name: Name, ask: Number) -> Response[None]:
    """Be the second person, or let it be."""
    form = await request.form()
    act = field(form, "act", chars_max=20)
    if act not in ("agree", "withdraw"):
        raise Rejected("say agree or withdraw")
    settle = deps.asks.agree if act == "agree" else deps.asks.withdraw
    await settle(ask, signed.principal, reason(form))
    return back(_whence(field(form, "from", chars_max=20), name))


def _whence(named: str, name: str) -> str:
    return LISTS.get(named, f"/console/orders/{quote(name, safe='~')}#asks")


HANDLERS = (ask_for_deed, settle_ask)
