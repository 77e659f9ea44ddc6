"""What customers decide: links they give away, and notices they do without."""

from __future__ import annotations

from litestar import Response, get, post

from crossdock.web.people.guards import Call
from crossdock.web.portal.deps import Deps, In
from crossdock.web.portal.orders import OWN, Number
from crossdock.web.portal.pages import page

DAYS = 14


@post("/portal/link", guards=OWN, status_code=200)
async def give_link(request: Call, deps: Deps, room: In, no: Number) -> Response[str]:
    """A link to one shipment, shown this once."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    days = form.get("days", "")
    token, link = await deps.links.give(
        room.customer,
        no,
        form.get("shipment", ""),
        days=int(days) if days.isdecimal() and days.isascii() and len(days) < 4 else DAYS,
        by=room.person,
        label=form.get("label", "").strip(),
    )
    base = deps.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"
    return page("given.html", room=room, link=link, address=f"{base}/track/{token.reveal()}")


@post("/portal/link/end", guards=OWN, status_code=303)
async def end_link(request: Call, deps: Deps, room: In, no: Number) -> Response[str]:
    """Withdraw a link; whoever has it sees nothing any more."""
    named = (await request.form()).get("link", "")
    await deps.links.withdraw(room.customer, named if isinstance(named, str) else "")
    return Response("", status_code=303, headers={"location": room.href("/order", no=no)})


@get("/portal/notices", guards=OWN)
async def show_notices(deps: Deps, room: In) -> Response[str]:
    """Which messages this customer gets."""
    unwanted = await deps.own.unwanted(room.customer)
    return page("notices.html", room=room, rules=deps.rules, unwanted=unwanted, saved=False)


@post("/portal/notices", guards=OWN, status_code=200)
async def set_notices(request: Call, deps: Deps, room: In) -> Response[str]:
    """Keep which messages are wanted; those of the form that are not ticked are not."""
    wanted = set((await request.form()).getall("wanted", []))
    names = [rule.id for rule in deps.rules]
    await deps.own.want(room.customer, names, [name for name in names if name not in wanted])
    unwanted = await deps.own.unwanted(room.customer)
    return page("notices.html", room=room, rules=deps.rules, unwanted=unwanted, saved=True)


HANDLERS = (give_link, end_link, show_notices, set_notices)
