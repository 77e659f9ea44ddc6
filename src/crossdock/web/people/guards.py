"""Guards and dependencies for pages: who is signed in, whether they may, and that a form came from a page of ours.

A handler says what it needs (`guards=[May(Verb.ACT)]`) and takes `signed: Who`. From there on the request reaches
as far as the grants with that verb do: what lies beyond is not there, for row-level security hides it.
"""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.handlers import BaseRouteHandler

from crossdock.app.identity.entry import Entry, Signed
from crossdock.ports.principal import Verb
from crossdock.ports.reach import confine
from crossdock.web.people.cookies import FORM, SESSION, cookie_of, is_secure

Call = Request[object, object, State]
Connection = ASGIConnection[BaseRouteHandler, object, object, State]
Who = NamedDependency[Signed]

CSRF_HEADER, CSRF_FIELD = "x-csrf-token", "_csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = (RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART)
OWN_SITES = ("", "same-origin", "none")


class SignInNeeded(Exception):
    """Nobody is signed in; a browser is shown where to."""


class NotAllowed(Exception):
    """Somebody is signed in and may not; the text says what is missing."""


class Forged(Exception):
    """A form that no page of ours made for this browser."""


class May:
    """A guard: somebody signed in who may do one of these things; what changes something proves where it is from."""

    def __init__(self, *verbs: Verb) -> None:
        self.verbs = verbs

    async def __call__(self, connection: Connection, _: BaseRouteHandler) -> None:
        """Let them in and remember who for the handler.

        Raises:
            SignInNeeded: nobody is signed in.
            Forged: it would change something, and no page of ours asked for it.
            NotAllowed: they may not.
        """
        request = cast("Call", connection)
        signed = await signed_in(request)
        if signed is None:
            raise SignInNeeded
        if request.method not in SAFE:
            await refuse_forged(request, signed.cookie.reveal())
        if not any(signed.principal.may(verb) for verb in self.verbs):
            named = " or ".join(verb.replace("_", " ") for verb in self.verbs)
            raise NotAllowed(f"your roles do not let you {named}: ask an administrator for a role that does")
        if Verb.SEE_OWN not in self.verbs:
            # What is a customer's own has row-level security of its own, by the one customer of the visit.
            confine(tuple(reach for verb in self.verbs for reach in signed.principal.reaches(verb)))
        cast("dict[str, object]", request.scope["state"])["signed"] = signed


async def provide_signed(request: Call) -> Signed:
    """Who the guard let in."""
    return cast("Signed", request.scope["state"]["signed"])


async def signed_in(request: Call) -> Signed | None:
    """Who is signed in by this request's cookie."""
    return await entry_of(request).who(own_cookie(request, SESSION))


async def refuse_forged(request: Call, cookie: str) -> None:
    """Let a request that changes something pass only when a page that was given to this cookie asked for it.

    The token comes in the header `X-CSRF-Token` or the field `_csrf`. A browser that says the request came from another
    site is believed before any token is looked at.

    Raises:
        Forged: it did not.
    """
    origin, host = request.headers.get("origin", ""), request.headers.get("host", "")
    if request.headers.get("sec-fetch-site", "") not in OWN_SITES or (origin and urlsplit(origin).netloc != host):
        raise Forged
    given = request.headers.get(CSRF_HEADER, "")
    if not given and request.content_type[0] in FORMS:
        field = (await request.form()).get(CSRF_FIELD)
        given = field if isinstance(field, str) else ""
    if not given or not entry_of(request).is_ours(cookie, given):
        raise Forged


def own_cookie(request: Call, name: str) -> str:
    """What this browser holds for us under that name."""
    return cookie_of(request.headers.get("cookie", ""), name, secure=by_tls(request))


def form_cookie(request: Call) -> str:
    """The cookie of a browser that is not signed in; a new one where it has none."""
    return own_cookie(request, FORM) or entry_of(request).stranger()


def by_tls(request: Call) -> bool:
    """Whether this browser's cookies are for TLS only."""
    return is_secure(request.app.state.public_url, request.url.scheme, request.headers.get("host", ""))


def entry_of(request: Call) -> Entry:
    """The way in, which the room was furnished with."""
    return cast("Entry", request.app.state.entry)
