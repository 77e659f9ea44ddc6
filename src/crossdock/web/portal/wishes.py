"""Asking for a return, and that something be looked into."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.exceptions import NotFoundException

from crossdock.app.portal.asking import REASONS, Question, Wish
from crossdock.app.portal.words import TOPICS
from crossdock.kernel.errors import Rejected
from crossdock.ports.portal import PortalOrder
from crossdock.web.people.guards import Call
from crossdock.web.portal.deps import Deps, In, PortalDeps, Room
from crossdock.web.portal.orders import OWN, Number
from crossdock.web.portal.pages import page

ONCE_BITS = 120
LINE = "line:"


@get("/portal/return", guards=OWN)
async def show_return(deps: Deps, room: In, no: Number) -> Response[str]:
    """The form: what comes back of which line, and why."""
    answer = await deps.portal.order(room.customer, no)
    if answer is None:
        raise NotFoundException
    return _form(deps, room, answer.order)


@post("/portal/return", guards=OWN, status_code=200)
async def ask_return(request: Call, deps: Deps, room: In, no: Number) -> Response[str]:
    """Ask for it. What is wrong with it is told beside the form, which keeps what was typed."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    lines = {name.removeprefix(LINE): value for name, value in form.items() if name.startswith(LINE)}
    wish = Wish(no, lines, form.get("reason", ""), form.get("once", ""))
    try:
        number = await deps.asking.give_back(room.customer, wish)
    except Rejected as error:
        answer = await deps.portal.order(room.customer, no)
        if answer is None:
            raise NotFoundException from error
        return _form(deps, room, answer.order, wish, error.detail)
    return page("asked.html", room=room, no=no, number=number)


@get("/portal/request", guards=OWN)
async def show_request(deps: Deps, room: In, no: Number) -> Response[str]:
    """The form: what is wrong, in a word and in the customer's own."""
    if await deps.portal.order(room.customer, no) is None:
        raise NotFoundException
    once = f"{deps.dice.bits(ONCE_BITS):030x}"
    return page("request.html", room=room, no=no, once=once, topics=TOPICS, topic="", text="", wrong="")


@post("/portal/request", guards=OWN, status_code=200)
async def send_request(request: Call, deps: Deps, room: In, no: Number) -> Response[str]:
    """Send it; what is wrong with it is told beside the form."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    asked = Question(no, form.get("topic", ""), form.get("text", "").strip(), form.get("once", ""))
    try:
        number = await deps.asking.look_into(room.customer, asked)
    except Rejected as error:
        values = {"once": asked.once, "topic": asked.topic, "text": asked.text, "wrong": error.detail}
        return page("request.html", 422, room=room, no=no, topics=TOPICS, **values)
    return page("asked.html", room=room, no=no, number=number)


def _form(deps: PortalDeps, room: Room, order: PortalOrder, wish: Wish | None = None, wrong: str = "") -> Response[str]:
    once = wish.once if wish is not None and wish.once else f"{deps.dice.bits(ONCE_BITS):030x}"
    typed = dict(wish.lines) if wish is not None else {}
    reason = wish.reason if wish is not None else ""
    values = {"once": once, "typed": typed, "reason": reason, "wrong": wrong, "reasons": REASONS}
    return page("return.html", 422 if wrong else 200, room=room, order=order, **values)


HANDLERS = (show_return, ask_return, show_request, send_request)
