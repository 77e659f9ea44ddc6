"""What every room of pages for people gets: who is signed in, the way to the sign-in page, headers on every answer.

    Litestar(handlers, plugins=[Furniture(entry, public_url)])

Then a handler has `guards=[May(Verb.READ)]` and takes `signed: Who`; its forms hold
`<input type="hidden" name="_csrf" value="{{ signed.csrf }}">`, and htmx sends it as the header `X-CSRF-Token`
(`<body hx-headers='{"X-CSRF-Token": "…"}'>`).
"""

from __future__ import annotations

from urllib.parse import quote

from litestar import Response
from litestar.config.app import AppConfig
from litestar.di import Provide
from litestar.plugins import InitPlugin
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from crossdock.app.identity.entry import Entry, Signed
from crossdock.ports.reach import confined
from crossdock.web.people.guards import Call, Forged, NotAllowed, SignInNeeded, provide_signed

SIGN_IN = "/signin"
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
# What was shown to somebody signed in is not to be found in the browser after they left.
PRIVATE = {"cache-control": "no-store"}


class Furniture(InitPlugin):
    """See the module. `public_url` is how browsers reach the hub, empty when they reach it as it listens."""

    def __init__(self, entry: Entry, public_url: str = "") -> None:
        self._entry = entry
        self._public_url = public_url

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Put it in."""
        app_config.state.entry = self._entry
        app_config.state.public_url = self._public_url
        app_config.dependencies = {"signed": Provide(provide_signed), **app_config.dependencies}
        app_config.signature_types = [*app_config.signature_types, Signed]
        app_config.exception_handlers = {
            SignInNeeded: to_sign_in,
            NotAllowed: not_allowed,
            Forged: forged,
            **app_config.exception_handlers,
        }
        app_config.before_send.append(dress)
        app_config.middleware = [released, *app_config.middleware]
        return app_config


def released(app: ASGIApp) -> ASGIApp:
    """A request's reach ends with it, also where several are answered in one task."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        with confined():
            await app(scope, receive, send)

    return answer


async def dress(message: Message, scope: Scope) -> None:
    """Add the headers an answer does not have yet."""
    if message["type"] != "http.response.start":
        return
    headers = list(message["headers"])
    there = {name.lower() for name, _ in headers}
    wanted = HEADERS | PRIVATE
    headers += [(name.encode(), value.encode()) for name, value in wanted.items() if name.encode() not in there]
    message["headers"] = headers


def to_sign_in(request: Call, _: SignInNeeded) -> Response[str]:
    """A page leads to the sign-in page and back; a piece of a page lets htmx lead there; the rest is told."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.headers.get("hx-request") == "true":
        return Response("", status_code=401, headers={"hx-redirect": SIGN_IN})
    if request.method == "GET":
        return Response("", status_code=303, headers={"location": f"{SIGN_IN}?next={quote(path, safe='')}"})
    return _told(401, f"Sign in at {SIGN_IN} first; nothing was done.")


def not_allowed(_: Call, error: NotAllowed) -> Response[str]:
    """In words; a room may show it on a page of its own by a handler for the same exception."""
    return _told(403, str(error))


def forged(_: Call, __: Forged) -> Response[str]:
    """In words; the honest way there is a page that was open while its session ended."""
    return _told(403, "This form is not of this session; nothing was done. Load the page again and repeat it.")


def is_own_path(path: str) -> bool:
    """Whether a path leads to a page of ours, whatever a browser makes of it."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and len(path) <= 2_000


def _told(status: int, text: str) -> Response[str]:
    return Response(text, status_code=status, media_type="text/plain; charset=utf-8")
