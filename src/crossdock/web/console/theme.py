"""Light or dark: what the reader chose, kept in a cookie of the console; without a choice the system decides."""

from __future__ import annotations

from litestar import Request
from litestar.datastructures import State

COOKIE = "crossdock_theme"
THEMES = ("light", "dark")

Call = Request[object, object, State]


def theme_of(request: Call) -> str:
    """The chosen theme, empty where none is."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in THEMES else ""
