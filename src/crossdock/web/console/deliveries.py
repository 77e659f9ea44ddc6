"""Commands on their way to partners: lanes, doubts, what is parked; retry or skip one, pause or resume a partner."""

from __future__ import annotations

from litestar import Response, get, post

from crossdock.app.masking import masked_text
from crossdock.kernel.errors import Rejected
from crossdock.ports.principal import Verb
from crossdock.web.console.forms import back, field, reason
from crossdock.web.console.params import PAGE, Cursor, Deps, Name, Number, Words
from crossdock.web.console.show import show
from crossdock.web.pages.failure import NoSuchPage
from crossdock.web.people.guards import Call, May, Who


@get("/console/deliveries", guards=[May(Verb.READ)])
async def deliveries_page(
    request: Call, deps: Deps, signed: Who, partner: Words = "", phase: Words = "", cursor: Cursor = ""
) -> Response[str]:
    """Every way to a partner as it stands, and what is on it."""
    page = await deps.deliveries.under_way(partner, phase, cursor, PAGE)
    ways = await deps.deliveries.ways()
    asked = {"page": page, "partner": partner, "phase": phase}
    return show(request, deps, signed, "deliveries.html", "deliveries", ways=ways, **asked)


@get("/console/deliveries/{delivery:int}", guards=[May(Verb.READ)])
async def delivery_page(request: Call, deps: Deps, signed: Who, delivery: Number) -> Response[str]:
    """One command: what it says, why it was sent, every run of it, what was done by hand."""
    found = await deps.deliveries.one(delivery)
    if found is None:
        raise NoSuchPage
    payload = found.payload if signed.principal.may(Verb.SEE_PAYLOADS) else None
    if payload is not None and not signed.principal.may(Verb.SEE_PERSONAL_DATA):
        payload = masked_text(payload)
    acts = await deps.book.of(f"delivery {delivery}")
    return show(request, deps, signed, "delivery.html", "deliveries", found=found, payload=payload, acts=acts)


@post("/console/deliveries/{delivery:int}", status_code=303, guards=[May(Verb.ACT)])
async def act_on_delivery(request: Call, deps: Deps, signed: Who, delivery: Number) -> Response[None]:
    """Send it again under the same key, or give it up for good."""
    form = await request.form()
    acts = {"retry": deps.desk.retry, "skip": deps.desk.skip}
    act, who = acts.get(field(form, "act")), signed.principal
    if act is None:
        raise Rejected("say retry or skip")
    if not await act(delivery, reason=reason(form), by=who.name, key=who.key, now=deps.clock.now()):
        raise Rejected("it is not where that can be done any more: look at it again")
    return back("/console/deliveries")


@post("/console/partners/{partner:str}/way", status_code=303, guards=[May(Verb.ACT)])
async def act_on_way(request: Call, deps: Deps, signed: Who, partner: Name) -> Response[None]:
    """Send nothing more to a partner, or send again."""
    form = await request.form()
    if deps.directory.partner(partner) is None:
        raise NoSuchPage
    who = signed.principal
    act = deps.desk.pause if field(form, "act") == "pause" else deps.desk.resume
    await act(partner, reason=reason(form), by=who.name, key=who.key, now=deps.clock.now())
    return back("/console/deliveries")


HANDLERS = (deliveries_page, delivery_page, act_on_delivery, act_on_way)
