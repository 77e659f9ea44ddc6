"""Signing in at the identity provider: there with a question that only this browser can answer, and back.

State, nonce and PKCE verifier are digests of a fresh cookie under the pepper: nothing is stored for whoever starts and
never comes back, and a code brought by another browser opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import structlog
from litestar import Response, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from markupsafe import Markup

from crossdock.app.identity.federate import Federation
from crossdock.kernel.errors import Permanent, Rejected, Transient
from crossdock.ports.identity_provider import IdentityProvider, Question
from crossdock.web.people.cookies import FORM, FORM_S, kept
from crossdock.web.people.furniture import SIGN_IN, is_own_path
from crossdock.web.people.guards import Call, by_tls, entry_of, own_cookie
from crossdock.web.people.sign_in import Framed, More, Next, leave_before, provided, welcome

START, BACK = f"{SIGN_IN}/provider", f"{SIGN_IN}/callback"
ERROR_CHARS_MAX = 200
HOW = "identity provider"

log = structlog.get_logger("crossdock.web")

REFUSED_PAGE = Markup('<h1>Not signed in</h1><p>{detail}</p><p><a href="{again}">Try again</a></p>')

Code = Annotated[str, QueryParameter(max_length=2_048)]
Returned = Annotated[str, QueryParameter(name="state", max_length=4_096)]


@dataclass(frozen=True)
class House:
    """The provider, and how whom it vouches for becomes one of ours."""

    provider: IdentityProvider
    federation: Federation


Elsewhere = NamedDependency[House]


def by_provider(provider: IdentityProvider, federation: Federation, name: str) -> More:
    """This way to sign in, for `build_sign_in`."""
    given = {"elsewhere": provided(House(provider, federation))}
    return More((start, back), given, ((START, f"Sign in with {name}"),))


@get(START)
async def start(request: Call, elsewhere: Elsewhere, frame: Framed, after: Next = "") -> Response[str]:
    """Send the browser to the provider."""
    cookie = entry_of(request).stranger()
    try:
        address = await elsewhere.provider.address(question_of(request, cookie, after))
    except (Transient, Permanent) as error:
        return _refused(frame("Sign in", _told(error)), 503)
    held = kept(FORM, cookie, secure=by_tls(request), lasts_s=FORM_S)
    return Response("", status_code=303, headers={"location": address}, cookies=[held])


@get(BACK)
async def back(
    request: Call,
    elsewhere: Elsewhere,
    frame: Framed,
    code: Code = "",
    returned: Returned = "",
    error: Code = "",
) -> Response[str]:
    """The browser is back: find out who it is, and let them in under a new session."""
    after = after_of(returned)
    question = question_of(request, own_cookie(request, FORM), after)
    try:
        if error or not own_cookie(request, FORM) or not entry_of(request).is_same(returned, question.state):
            raise Rejected(f"the sign-in was not ended where it began: {error[:ERROR_CHARS_MAX] or 'begin it again'}")
        who = await elsewhere.provider.redeem(code, question, entry_of(request).clock.now())
        person = await elsewhere.federation.person(who)
        signed = await entry_of(request).admit(person, HOW, request.headers.get("user-agent", ""))
    except Rejected as refused:
        return _refused(frame("Sign in", _told(refused)), 403)
    except (Transient, Permanent) as failed:
        log.warning("provider.failed", detail=failed.detail)
        return _refused(frame("Sign in", _told(failed)), 503)
    if signed is None:
        return _refused(frame("Sign in", _told(Rejected("you may not sign in any more: ask an administrator"))), 403)
    await leave_before(request)
    return welcome(request, signed, after)


def question_of(request: Call, cookie: str, after: str) -> Question:
    """The question that belongs to this cookie. The way on stands in the state, and is covered by its digest."""
    entry = entry_of(request)
    way = after if is_own_path(after) else ""
    host = request.headers.get("host", "")
    base = request.app.state.public_url or f"{request.url.scheme}://{host}"
    return Question(
        state=f"{entry.derived('state', f'{cookie} {way}')}.{way}",
        nonce=entry.derived("nonce", cookie),
        verifier=entry.derived("verifier", cookie),
        redirect_uri=f"{base}{BACK}",
    )


def after_of(state: str) -> str:
    """The way on that a state names; it counts only once the state is proven."""
    return state.partition(".")[2]


def _told(error: Rejected | Transient | Permanent) -> Markup:
    return REFUSED_PAGE.format(detail=error.detail, again=START)


def _refused(text: str, status: int, *cookies: Cookie) -> Response[str]:
    return Response(text, status_code=status, media_type="text/html; charset=utf-8", cookies=cookies)
