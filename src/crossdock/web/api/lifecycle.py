"""Versions side by side, as data: which there are, which are deprecated, when they end, what takes their place.

A whole version is retired by its row here, one operation by `opt={"retires": Retirement(...)}` on its handler. Both say
so on every answer: `Deprecation` (RFC 9745), `Sunset` (RFC 8594), and a link to the successor (RFC 5829).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

import msgspec
from litestar.handlers import BaseRouteHandler

from crossdock.web.api.wire import Headers

RETIRES = "retires"


class Retirement(msgspec.Struct, frozen=True):
    """Deprecated since, answered until, and the address of what takes its place, empty where nothing does."""

    deprecated: datetime
    sunset: datetime
    successor: str = ""

    def __post_init__(self) -> None:
        """An end before the beginning is a slip in our own table."""
        assert self.deprecated <= self.sunset, "an operation is deprecated before it ends"


# Every version we answer, and how it is retired; absent for one in force. A version is an address below `/`.
VERSIONS: Mapping[str, Retirement | None] = {"v1": None}


def retirement_of(
    handler: BaseRouteHandler | None, path: str, versions: Mapping[str, Retirement | None] = VERSIONS
) -> Retirement | None:
    """How the operation is retired: by its own word, else by that of its version."""
    own = handler.opt.get(RETIRES) if handler is not None else None
    return own if isinstance(own, Retirement) else versions.get(path.split("/")[1])


def told_by(retirement: Retirement | None) -> Headers:
    """The headers of a retired operation; none of one in force."""
    if retirement is None:
        return []
    since, until = retirement.deprecated, retirement.sunset
    headers = [
        (b"deprecation", b"@%d" % since.timestamp()),
        (b"sunset", format_datetime(until, usegmt=True).encode("ascii")),
    ]
    if retirement.successor:
        headers.append((b"link", f'<{retirement.successor}>; rel="successor-version"'.encode("ascii")))
    return headers
