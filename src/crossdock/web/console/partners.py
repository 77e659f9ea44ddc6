"""Partners: each connected system, whether it is ready, and a sample tried on it."""

from __future__ import annotations

from litestar import Response, get, post

from crossdock.app.mailroom import facts_of
from crossdock.ports.principal import Verb
from crossdock.web.console.forms import field
from crossdock.web.console.params import Deps, Name
from crossdock.web.console.show import show
from crossdock.web.pages.failure import NoSuchPage
from crossdock.web.people.guards import Call, May, Who

SAMPLE_CHARS_MAX = 1024 * 1024


@get("/console/partners", guards=[May(Verb.READ)])
async def partners_page(request: Call, deps: Deps, signed: Who) -> Response[str]:
    """Every connected system, those that need a hand first."""
    return show(request, deps, signed, "partners.html", "partners", edges=await deps.partners.partners())


@get("/console/partners/readiness", guards=[May(Verb.READ)])
async def readiness_page(request: Call, deps: Deps, signed: Who) -> Response[str]:
    """Who is ready to go live, and what is missing at whom."""
    return show(request, deps, signed, "readiness.html", "partners", ready=await deps.partners.readiness())


@get("/console/partners/{partner:str}", guards=[May(Verb.READ)])
async def partner_page(request: Call, deps: Deps, signed: Who, partner: Name) -> Response[str]:
    """One partner: scorecard, silence by kind, what became of its messages, what was done by hand."""
    found = await deps.partners.partner(partner)
    if found is None:
        raise NoSuchPage
    acts = await deps.book.of(f"partner {partner}")
    return show(request, deps, signed, "partner.html", "partners", found=found, acts=acts, report=None, facts=())


@post("/console/partners/{partner:str}/sample", status_code=200, guards=[May(Verb.SEE_PAYLOADS)])
async def try_sample(request: Call, deps: Deps, signed: Who, partner: Name) -> Response[str]:
    """What we would make of a sample of this partner; nothing of it is kept."""
    found = await deps.partners.partner(partner)
    if found is None:
        raise NoSuchPage
    sample = field(await request.form(), "sample", chars_max=SAMPLE_CHARS_MAX)
    report = await deps.mail.sample(sample.encode(), partner)
    values = {"found": found, "acts": (), "report": report, "facts": facts_of(report), "sample": sample}
    return show(request, deps, signed, "partner.html", "partners", **values)


HANDLERS = (partners_page, readiness_page, partner_page, try_sample)
