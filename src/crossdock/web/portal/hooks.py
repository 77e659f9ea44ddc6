"""Webhooks customers keep themselves: addresses that the news of their own orders goes to, tried, paused, replayed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import QueryParameter

from crossdock.app.portal.news import KINDS
from crossdock.app.webhooks.customers import CustomerDesk, CustomerSecret, CustomerWish
from crossdock.app.webhooks.desk import ReplayWish
from crossdock.kernel.errors import Rejected
from crossdock.ports.subscriptions import EventState
from crossdock.web.people.guards import Call
from crossdock.web.portal.deps import Deps, In, Room
from crossdock.web.portal.orders import OWN, Id
from crossdock.web.portal.pages import page

PAGE = 25
LISTED_MAX = 100
PAUSED = "by you"
# A place in the log is a number of the database: nothing longer is one.
NUMBER = re.compile(r"[0-9]{1,18}")

Standing = Annotated[str, QueryParameter(name="state", max_length=20)]
Before = Annotated[str, QueryParameter(name="before", max_length=20)]
Delivery = Annotated[str, QueryParameter(name="n", max_length=20)]


@get("/portal/webhooks", guards=OWN)
async def list_hooks(deps: Deps, room: In) -> Response[str]:
    """The customer's addresses, and the form for one more."""
    return await _listed(deps.hooks(room.customer), room)


@post("/portal/webhooks", guards=OWN, status_code=200)
async def make_hook(request: Call, deps: Deps, room: In) -> Response[str]:
    """One more; what is wrong with it is told beside the form, which keeps what was typed."""
    given = await request.form()
    form = {name: value.strip() for name, value in given.items() if isinstance(value, str)}
    types = [one for one in given.getall("types", []) if isinstance(one, str)]
    wish = {"url": form.get("url", ""), "label": form.get("label", ""), "types": types}
    mine = deps.hooks(room.customer)
    try:
        made = await mine.make(msgspec.convert(wish, CustomerWish))
    except (Rejected, msgspec.ValidationError) as error:
        return await _listed(mine, room, wish, error.detail if isinstance(error, Rejected) else WRONG)
    if made is None:
        return await _listed(mine, room, wish, "you have as many as you may: end one first")
    return _secret(room, made)


@get("/portal/webhook", guards=OWN)
async def show_hook(deps: Deps, room: In, id_: Id, standing: Standing = "", before: Before = "") -> Response[str]:
    """One address: how it stands, what we told of it, and what became of each event."""
    mine = deps.hooks(room.customer)
    return await _shown(mine, room, id_, asked=standing, before=before)


@post("/portal/webhook", guards=OWN, status_code=200)
async def change_hook(request: Call, deps: Deps, room: In, id_: Id) -> Response[str]:
    """Do with it what the button says."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    mine, act = deps.hooks(room.customer), form.get("do", "")
    if act == "rotate":
        made = await mine.rotate(id_)
        if made is None:
            raise NotFoundException
        return _secret(room, made)
    said = await _act(mine, id_, act, form)
    if not said:
        raise NotFoundException
    return await (_listed(mine, room, said=said) if act == "end" else _shown(mine, room, id_, said=said))


@get("/portal/webhook/delivery", guards=OWN)
async def show_delivery(deps: Deps, room: In, id_: Id, delivery: Delivery) -> Response[str]:
    """Every attempt at one event."""
    mine = deps.hooks(room.customer)
    attempts = await mine.desk.attempts(mine.owner, id_, _number(delivery))
    hook = await mine.one(id_)
    if attempts is None or hook is None:
        raise NotFoundException
    return page("attempts.html", room=room, hook=hook, attempts=attempts)


WRONG = "give an address of at most 2,000 characters and a name of at most 100"


async def _act(mine: CustomerDesk, hook: str, act: str, form: Mapping[str, str]) -> str:
    """What to say of it; empty where there is no such address or nothing like that can be done."""
    desk, owner = mine.desk, mine.owner
    match act:
        case "pause":
            return "Paused." if await desk.pause(owner, hook, PAUSED) else ""
        case "resume":
            return "It goes on from where it stood." if await desk.resume(owner, hook) else ""
        case "end":
            return "Ended. Nothing more is sent there." if await desk.remove(owner, hook) else ""
        case "test":
            sent = await desk.try_out(owner, hook)
            return "" if sent is None else ("A test is on its way." if sent else "A test is on its way already.")
        case "replay":
            return await _again(mine, hook, form.get("event", ""))
        case _:
            return ""


async def _again(mine: CustomerDesk, hook: str, event: str) -> str:
    try:
        found = await mine.desk.replay(mine.owner, hook, ReplayWish(event=event))
    except Rejected:
        return ""
    return "It goes again, under the id it had." if found is not None else ""


async def _listed(
    mine: CustomerDesk, room: Room, wish: Mapping[str, object] | None = None, wrong: str = "", said: str = ""
) -> Response[str]:
    hooks = (await mine.all("", LISTED_MAX)).items
    typed = wish or {"url": "", "label": "", "types": ()}
    status = 422 if wrong else 200
    return page("webhooks.html", status, room=room, hooks=hooks, kinds=KINDS, typed=typed, wrong=wrong, said=said)


async def _shown(
    mine: CustomerDesk, room: Room, hook: str, *, asked: str = "", before: str = "", said: str = ""
) -> Response[str]:
    found = await mine.one(hook)
    state = asked if asked in set(EventState) else ""
    log = await mine.desk.events(mine.owner, hook, state, _number(before), PAGE)
    notices = await mine.desk.notices(mine.owner, hook, 0, PAGE)
    if found is None or log is None or notices is None:
        raise NotFoundException
    lists = {"log": log, "notices": notices.items}
    return page("webhook.html", 200, room=room, hook=found, state=state, first=not before, said=said, **lists)


def _secret(room: Room, made: CustomerSecret) -> Response[str]:
    return page("secret.html", room=room, hook=made.subscription, secret=made.secret)


def _number(text: str) -> int:
    return int(text) if NUMBER.fullmatch(text) else 0


HANDLERS = (list_hooks, make_hook, show_hook, change_hook, show_delivery)
