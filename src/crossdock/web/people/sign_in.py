"""The sign-in page: by a link that works once, and out again.

To open the link is not to use it: mail scanners open links. The page it shows has a button, and the button uses it up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import quote

import structlog
from litestar import Litestar, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.params import QueryParameter
from litestar.types import ASGIApp, ControllerRouterHandler
from markupsafe import Markup

from crossdock.app.identity.entry import Entry, Signed
from crossdock.kernel.errors import Transient
from crossdock.ports.principal import Kind
from crossdock.web.people.cookies import FORM, FORM_S, SESSION, kept
from crossdock.web.people.furniture import SIGN_IN, Furniture, is_own_path
from crossdock.web.people.guards import Call, by_tls, entry_of, form_cookie, own_cookie, refuse_forged, signed_in

log = structlog.get_logger("crossdock.web")

SIGN_OUT = "/signout"
HOMES = {Kind.PERSON: "/console", Kind.CUSTOMER: "/portal", Kind.MACHINE: "/"}
BODY_BYTES_MAX = 64 * 1024

Rooms = Mapping[str, ASGIApp]
# Puts a page's title and content into the frame of the house.
Frame = Callable[[str, Markup], str]
Framed = NamedDependency[Frame]
Buttons = NamedDependency[tuple[tuple[str, str], ...]]
Token = Annotated[str, QueryParameter(max_length=100)]
Next = Annotated[str, QueryParameter(name="next", max_length=2_000)]

PLAIN = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{}</title></head><body>{}</body></html>'
)
FORM_PAGE = Markup(
    '<h1>Sign in</h1><form method="post" action="{action}"><input type="hidden" name="_csrf" value="{csrf}">'
    '<input type="hidden" name="token" value="{token}"><input type="hidden" name="next" value="{after}">'
    "<p>This link works once.</p><button>Sign in</button></form>"
)
HEADING = Markup("<h1>Sign in</h1>")
BUTTON = Markup('<p><a class="button" href="{to}?next={after}">{text}</a></p>')
NO_LINK = Markup(
    "<p>Open the link you were given. Where there is none, an operator makes one with "
    "<code>crossdock signin</code> and your e-mail address.</p>"
)
UNREADABLE_PAGE = Markup("<h1>That cannot be read</h1><p>Open your link again, or begin at the sign-in page.</p>")
LATER_PAGE = Markup("<h1>Not just now</h1><p>Nobody was signed in. Try again in a moment.</p>")
STALE_PAGE = Markup(
    "<h1>This link opens nothing any more</h1><p>It was used, it expired, or a newer one was made. "
    "Ask for another; with the command line it is <code>crossdock signin</code> and your e-mail address.</p>"
)


def plain(title: str, body: Markup) -> str:
    """The frame where the house has none."""
    return PLAIN.format(title, body)


@dataclass(frozen=True)
class More:
    """Other ways to sign in: their handlers, what those are given, and the button on the page."""

    handlers: Sequence[ControllerRouterHandler] = ()
    dependencies: Mapping[str, Provide] = field(default_factory=dict)
    buttons: tuple[tuple[str, str], ...] = ()


def build_sign_in(entry: Entry, *, public_url: str = "", frame: Frame = plain, more: More | None = None) -> Rooms:
    """The pages as one application, by the first part of their paths, to stand beside the rooms they lead to."""
    also = more or More()
    own = {"frame": frame, "buttons": also.buttons}
    pages = Litestar(
        [show_sign_in, sign_in, sign_out, *also.handlers],
        plugins=[Furniture(entry, public_url)],
        dependencies={name: provided(value) for name, value in own.items()} | dict(also.dependencies),
        exception_handlers={Exception: failed},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=BODY_BYTES_MAX,
    )
    return {path.removeprefix("/"): pages for path in (SIGN_IN, SIGN_OUT)}


def provided(value: object) -> Provide:
    """A value as a dependency."""
    return Provide(lambda: value, sync_to_thread=False)


@get(SIGN_IN)
async def show_sign_in(
    request: Call, frame: Framed, buttons: Buttons, token: Token = "", after: Next = ""
) -> Response[str]:
    """The button that uses a link up; whoever is signed in already goes on."""
    signed = await signed_in(request) if not token else None
    if signed is not None:
        return _to(_goal(signed, after))
    cookie = form_cookie(request)
    csrf = entry_of(request).csrf(cookie)
    body = (
        FORM_PAGE.format(action=SIGN_IN, csrf=csrf, token=token, after=after) if token else without_link(buttons, after)
    )
    return _page(frame("Sign in", body), 200, kept(FORM, cookie, secure=by_tls(request), lasts_s=FORM_S))


def without_link(buttons: tuple[tuple[str, str], ...], after: str) -> Markup:
    """The page for who has no link: the other ways, where there are any."""
    ways = Markup("").join(BUTTON.format(to=to, text=text, after=quote(after, safe="")) for to, text in buttons)
    return HEADING + ways + NO_LINK


@post(SIGN_IN)
async def sign_in(request: Call, frame: Framed) -> Response[str]:
    """Use a link up: a new session under a new cookie, whatever the browser held before."""
    await refuse_forged(request, own_cookie(request, FORM))
    form = await request.form()
    signed = await entry_of(request).enter(str(form.get("token", "")), request.headers.get("user-agent", ""))
    if signed is None:
        return _page(frame("Sign in", STALE_PAGE), 403)
    await leave_before(request)
    return welcome(request, signed, str(form.get("next", "")))


@post(SIGN_OUT)
async def sign_out(request: Call) -> Response[str]:
    """End the session; the cookie goes with it. Without one there is nothing to do."""
    cookie = own_cookie(request, SESSION)
    if await signed_in(request) is not None:
        await refuse_forged(request, cookie)
        await entry_of(request).leave(cookie)
    return _to(SIGN_IN, kept(SESSION, "", secure=by_tls(request), lasts_s=0))


def failed(request: Call, error: Exception) -> Response[str]:
    """What went wrong, in words; what is our fault is in the log alone."""
    match error:
        case HTTPException() if error.status_code < 500:
            return _page(plain("Sign in", UNREADABLE_PAGE), error.status_code)
        case Transient():
            return _page(plain("Sign in", LATER_PAGE), 503)
        case _:
            log.error("request.failed", traceparent=request.headers.get("traceparent", ""), exc_info=error)
            return _page(plain("Sign in", LATER_PAGE), 500)


async def leave_before(request: Call) -> None:
    """End the session the browser held, whoever made it hold that."""
    before = own_cookie(request, SESSION)
    if before:
        await entry_of(request).leave(before)


def welcome(request: Call, signed: Signed, after: str) -> Response[str]:
    """Give the browser its session and lead it on."""
    secure = by_tls(request)
    lasts_s = int((signed.ends - entry_of(request).clock.now()).total_seconds())
    session = kept(SESSION, signed.cookie.reveal(), secure=secure, lasts_s=lasts_s)
    return _to(_goal(signed, after), session, kept(FORM, "", secure=secure, lasts_s=0))


def _goal(signed: Signed, after: str) -> str:
    return after if after and is_own_path(after) else HOMES[signed.principal.kind]


def _to(path: str, *cookies: Cookie) -> Response[str]:
    return Response("", status_code=303, headers={"location": path}, cookies=cookies)


def _page(text: str, status: int, *cookies: Cookie) -> Response[str]:
    return Response(text, status_code=status, media_type="text/html; charset=utf-8", cookies=cookies)
