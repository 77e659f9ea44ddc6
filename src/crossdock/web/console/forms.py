"""Fields of a form, bounded, and the way back after it was done."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import Response
from litestar.response import Redirect

from crossdock.kernel.errors import Rejected

FIELD_CHARS_MAX = 4_000


def field(form: Mapping[str, object], name: str, *, chars_max: int = FIELD_CHARS_MAX) -> str:
    """A field as text without blanks around it, empty where it is not there.

    Raises:
        Rejected: longer than it may be, or a file.
    """
    value = form.get(name, "")
    if not isinstance(value, str):
        raise Rejected(f"{name} is to be text, not a file")
    if len(value) > chars_max:
        raise Rejected(f"{name} is longer than {chars_max:,} characters: shorten it")
    return value.strip()


def number(form: Mapping[str, object], name: str, most: int) -> int:
    """A field as a whole number from 0 to `most`, 0 where it is empty.

    Raises:
        Rejected: it is not one.
    """
    text = field(form, name, chars_max=20)
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and int(text) <= most):
        raise Rejected(f"{name} is to be a whole number up to {most:,}")
    return int(text)


def reason(form: Mapping[str, object]) -> str:
    """Why something is done: at least three letters, at most a thousand.

    Raises:
        Rejected: none was given.
    """
    text = field(form, "reason", chars_max=1_000)
    if len(text) < 3:
        raise Rejected("say why in at least three letters: it is kept with what you did")
    return text


def back(to: str) -> Response[None]:
    """Show the page again, so that reloading it does not do it twice."""
    return Redirect(to, status_code=303)
