"""The two cookies: the session's, and the one that ties the sign-in form to a browser before there is a session.

Both are out of reach of scripts, stay with our own pages (SameSite=Lax) and, unless a person calls a hub on their own
machine without TLS, carry `__Host-`: sent over TLS only, set by this very host only.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from litestar.datastructures import Cookie

SESSION, FORM = "crossdock", "crossdock-form"
FORM_S = 3_600
HOST_PREFIX = "__Host-"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
COOKIE_BYTES_MAX = 8_192


def is_secure(public_url: str, scheme: str, host: str) -> bool:
    """Whether cookies are for TLS only: always, but for a call over plain HTTP to the machine itself."""
    if public_url.startswith("https://") or scheme == "https":
        return True
    return (urlsplit(f"//{host}").hostname or "") not in LOOPBACK


def cookie_of(header: str, name: str, *, secure: bool) -> str:
    """What the browser holds under this name, empty when nothing."""
    if len(header) > COOKIE_BYTES_MAX:
        return ""
    try:
        morsel = SimpleCookie(header).get(_full(name, secure=secure))
    except CookieError:
        return ""
    return morsel.value if morsel is not None else ""


def kept(name: str, value: str, *, secure: bool, lasts_s: int) -> Cookie:
    """The cookie to keep; `lasts_s` of zero takes it away."""
    return Cookie(
        _full(name, secure=secure),
        value=value,
        path="/",
        max_age=lasts_s,
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def _full(name: str, *, secure: bool) -> str:
    return f"{HOST_PREFIX}{name}" if secure else name
