"""Messages: the list, one of them raw and canonical side by side, and the two rooms in which facts wait."""

from __future__ import annotations

from litestar import Response, get, post

from crossdock.app.mailroom import STATUSES, facts_of, title_of
from crossdock.app.queries import page
from crossdock.kernel.errors import Rejected
from crossdock.ports.acts import Act
from crossdock.ports.principal import Verb
from crossdock.web.console.forms import back, field, reason
from crossdock.web.console.params import PAGE, Cursor, Deps, Name, Words
from crossdock.web.console.show import show
from crossdock.web.pages.failure import NoSuchPage
from crossdock.web.people.guards import Call, May, Who

# A longer fact is mended over the API: no page is to carry fifty of those.
FACT_CHARS_MAX = 20_000


@get("/console/messages", guards=[May(Verb.READ)])
async def messages_page(
    request: Call, deps: Deps, signed: Who, partner: Words = "", standing: Words = "", cursor: Cursor = ""
) -> Response[str]:
    """Every kept message, newest first."""
    found = await deps.mail.messages(partner, standing, cursor, PAGE)
    asked = {"page": found, "partner": partner, "status": standing, "statuses": STATUSES}
    return show(request, deps, signed, "messages.html", "messages", partners=deps.directory.partners(), **asked)


@get("/console/messages/waiting", guards=[May(Verb.READ)])
async def waiting_page(request: Call, deps: Deps, signed: Who, cursor: Cursor = "") -> Response[str]:
    """Facts no dossier is known for yet, each with what will release it."""
    found = page(await deps.views.waiting(after=cursor, limit=PAGE), PAGE, lambda row: row.id)
    return show(request, deps, signed, "waiting.html", "messages", page=found)


@get("/console/messages/quarantine", guards=[May(Verb.READ)])
async def quarantine_page(request: Call, deps: Deps, signed: Who, cursor: Cursor = "") -> Response[str]:
    """Facts nobody could use, each with the reason and what it keeps behind it."""
    found = page(await deps.views.quarantined(after=cursor, limit=PAGE), PAGE, lambda row: row.id)
    shown = {"page": found, "title_of": title_of, "longest": FACT_CHARS_MAX}
    return show(request, deps, signed, "quarantine.html", "messages", **shown)


@post("/console/messages/quarantine/{quarantined:str}", status_code=303, guards=[May(Verb.ACT)])
async def act_on_quarantine(request: Call, deps: Deps, signed: Who, quarantined: Name) -> Response[None]:
    """Try a fact again, and after it what waits behind it; let its lane flow without it; or give it up for good."""
    form = await request.form()
    acts = {"release": deps.custody.release, "detach": deps.custody.detach, "skip": deps.custody.skip}
    act, who = acts.get(field(form, "act")), signed.principal
    if act is None:
        raise Rejected("say release, detach or skip")
    if not await act(quarantined, reason=reason(form), by=who.name, key=who.key):
        raise NoSuchPage
    return back("/console/messages/quarantine")


@post(
    "/console/messages/quarantine/{quarantined:str}/mend",
    status_code=303,
    guards=[May(Verb.ACT), May(Verb.SEE_PAYLOADS)],
)
async def mend_quarantined(request: Call, deps: Deps, signed: Who, quarantined: Name) -> Response[None]:
    """Take a corrected copy in the place of a fact, in sequence; the original stays kept."""
    form, who = await request.form(), signed.principal
    fact = field(form, "fact", chars_max=FACT_CHARS_MAX).encode()
    if await deps.custody.mend(quarantined, fact, reason=reason(form), by=who.name, key=who.key) is None:
        raise NoSuchPage
    return back("/console/messages/quarantine")


@get("/console/messages/{message:str}", guards=[May(Verb.READ)])
async def message_page(request: Call, deps: Deps, signed: Who, message: Name) -> Response[str]:
    """One message: its bytes, what we make of them today, where every field comes from, what was made of it since."""
    found = await deps.mail.message(message, payload=signed.principal.may(Verb.SEE_PAYLOADS))
    if found is None:
        raise NoSuchPage
    facts = facts_of(found.report) if found.report is not None else ()
    return show(request, deps, signed, "message.html", "messages", found=found, facts=facts)


@post("/console/messages/{message:str}/again", status_code=303, guards=[May(Verb.ACT)])
async def run_again(request: Call, deps: Deps, signed: Who, message: Name) -> Response[None]:
    """Run the bytes through the project as it is now; the original stays."""
    who, why = signed.principal, reason(await request.form())
    await deps.mail.again(message, Act("message_run_again", who.name, who.key, why))
    return back(f"/console/messages/{message}")


HANDLERS = (
    messages_page,
    waiting_page,
    quarantine_page,
    act_on_quarantine,
    mend_quarantined,
    message_page,
    run_again,
)
