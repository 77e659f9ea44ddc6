"""What a partner's API is asked, and by what we remember where we stand."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from crossdock.transports.bounds import Seconds


class Paging(StrEnum):
    """How the next page is found.

    `updated`: by the newest change seen so far, asked for with an overlap. `token`: by a token in each answer.
    `link`: by the `Link: <…>; rel="next"` header (RFC 8288).
    """

    UPDATED = "updated"
    TOKEN = "token"  # noqa: S105  (the name of a way, not a secret)
    LINK = "link"


class PollSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[transport]` of a partner with `kind = "poll"`.

    `url` is asked with GET and `query` as its parameters; `parameter` carries the cursor. With `paging = "updated"`,
    `items` names the list in the answer and `changed` the instant in each item (dotted paths); `since` is where to
    begin, `overlap_s` how far each question reaches back, because clocks of partners and our commits are not in step.
    With `paging = "token"`, `next` names the token in the answer. With `paging = "link"` the header leads on, on the
    same host only. Every answer goes through the intake as it came. Secret: `poll_token`, sent as a bearer token.
    """

    kind: Literal["poll"]
    url: Annotated[str, msgspec.Meta(pattern="^https?://[^/]")]
    paging: Paging
    query: dict[str, str] = {}
    parameter: str = ""
    items: str = ""
    changed: str = ""
    next: str = ""
    since: str = ""
    overlap_s: Annotated[float, msgspec.Meta(ge=0, le=7 * 86400)] = 300.0
    content_type: str = "application/json"
    bytes_max: Annotated[int, msgspec.Meta(ge=1, le=8 * 1024 * 1024)] = 4 * 1024 * 1024
    timeout_s: Seconds = 30.0
    every_s: Annotated[float, msgspec.Meta(ge=1, le=86400)] = 60.0
    private_network: bool = False

    def __post_init__(self) -> None:
        needed = {
            Paging.UPDATED: ("parameter", "changed", "since"),
            Paging.TOKEN: ("parameter", "next"),
            Paging.LINK: (),
        }[self.paging]
        missing = [name for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f'paging = "{self.paging}" needs {", ".join(missing)}: add them')
        if self.since and instant_of(self.since) is None:
            raise ValueError(f"since {self.since} is no instant with an offset: write it as 2026-11-01T00:00:00Z")


def instant_of(text: str) -> datetime | None:
    """An instant in ISO 8601 with an offset; `None` when it is none."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None
