"""Reconciliation: every check, how it last came out, what is different now, and running it at once."""

from __future__ import annotations

from litestar import Response, get, post

from crossdock.ports.acts import Act
from crossdock.ports.principal import Verb
from crossdock.web.console.forms import back, field, reason
from crossdock.web.console.params import PAGE, Cursor, Deps, Name
from crossdock.web.console.show import show
from crossdock.web.pages.failure import NoSuchPage
from crossdock.web.people.guards import Call, May, Who


@get("/console/reconciliation", guards=[May(Verb.READ)])
async def checks_page(request: Call, deps: Deps, signed: Who) -> Response[str]:
    """Every check there is."""
    return show(request, deps, signed, "checks.html", "reconciliation", checks=await deps.checks.checks())


@get("/console/reconciliation/{check:str}", guards=[May(Verb.READ)])
async def check_page(request: Call, deps: Deps, signed: Who, check: Name, cursor: Cursor = "") -> Response[str]:
    """One check: its runs with the proof of what was compared, and what is different now."""
    found = await deps.checks.check(check, cursor, PAGE)
    if found is None:
        raise NoSuchPage
    return show(request, deps, signed, "check.html", "reconciliation", found=found)


@post("/console/reconciliation", status_code=303, guards=[May(Verb.ACT)])
async def run_check(request: Call, deps: Deps, signed: Who) -> Response[None]:
    """Have the scheduler run a check now instead of when it is due."""
    form = await request.form()
    check, who = field(form, "check", chars_max=8), signed.principal
    await deps.checks.run(check, Act("check_asked", who.name, who.key, reason(form)))
    return back(f"/console/reconciliation/{check}" if check else "/console/reconciliation")


HANDLERS = (checks_page, check_page, run_check)
