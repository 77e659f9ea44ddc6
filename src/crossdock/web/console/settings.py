"""Settings: how the installation is set, who may come, which API keys are out."""

from __future__ import annotations

from litestar import Response, get, post

from crossdock.app.identity.invite import Newcomer
from crossdock.kernel.errors import Rejected
from crossdock.ports.principal import Grant, Reach, RoleName, Verb
from crossdock.web.console.forms import back, field, reason
from crossdock.web.console.params import Deps, Name
from crossdock.web.console.show import show
from crossdock.web.people.guards import Call, May, Who

ROLES = tuple(RoleName)


@get("/console/settings", guards=[May(Verb.READ)])
async def settings_page(request: Call, deps: Deps, signed: Who) -> Response[str]:
    """The effective settings, without a secret; people and keys for those who manage them."""
    manages = signed.principal.may(Verb.MANAGE_PEOPLE)
    people = await deps.house.people() if manages else ()
    keys = await deps.house.all_keys() if manages else ()
    values = {"shown": deps.house.shown, "people": people, "keys": keys, "roles": ROLES, "invited": None}
    return show(request, deps, signed, "settings.html", "settings", **values)


@post("/console/settings/people", status_code=200, guards=[May(Verb.MANAGE_PEOPLE)])
async def add_person(request: Call, deps: Deps, signed: Who) -> Response[str]:
    """Let somebody in, and show the link they sign in with, once."""
    form = await request.form()
    reach = Reach(customers=tuple(one.strip() for one in field(form, "customers").split(",") if one.strip()))
    who = Newcomer(
        field(form, "email"), field(form, "name", chars_max=100), (Grant(_role(field(form, "role")), reach),)
    )
    person, token, expires = await deps.house.invite(who, signed.principal, reason(form))
    link = f"{request.base_url}signin?token={token.reveal()}"
    return show(request, deps, signed, "invited.html", "settings", person=person, link=link, expires=expires)


@post("/console/settings/people/end", status_code=303, guards=[May(Verb.MANAGE_PEOPLE)])
async def end_person(request: Call, deps: Deps, signed: Who) -> Response[None]:
    """Nobody comes as this person any more."""
    form = await request.form()
    await deps.house.end(field(form, "email"), signed.principal, reason(form))
    return back("/console/settings")


@post("/console/settings/keys/{prefix:str}", status_code=303, guards=[May(Verb.CONFIGURE)])
async def stop_key(request: Call, deps: Deps, signed: Who, prefix: Name) -> Response[None]:
    """Stop an API key for good."""
    await deps.house.stop_key(prefix, signed.principal, reason(await request.form()))
    return back("/console/settings")


def _role(name: str) -> RoleName:
    if name not in ROLES:
        raise Rejected(f"name a role: {', '.join(ROLES)}")
    return RoleName(name)


HANDLERS = (settings_page, add_person, end_person, stop_key)
