"""Extracts: what a partner's system lists of one kind of business object, a page at a time (domain.md §6, right side).

    GET {base_url}{path}?limit=500&cursor=…   →   {"items": [ … ], "next": "…"}

`next` is absent or empty on the last page. Items are in the partner's dialect; its connector makes rows of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol, TypeVar
from urllib.parse import quote

import msgspec

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.transport import HttpTransport

PAGE_ROWS = 500
ROWS_MAX = 1000
REFUSED = (401, 403, 404, 405, 410)


class ExtractRow(msgspec.Struct, frozen=True):
    """One object as its owner has it: match key, compared values as text, and from when it says so, if it is told."""

    key: str
    values: dict[str, str] = {}
    since: datetime | None = None


class ExtractPage(msgspec.Struct, frozen=True):
    """Part of an extract; `cursor` asks for the next part, empty when this was the last."""

    rows: Sequence[ExtractRow]
    cursor: str = ""


class Extract(Protocol):
    """What one partner lists. A page never holds more than 1,000 rows."""

    @property
    def kinds(self) -> frozenset[str]:
        """What it can be asked for (`orders`, `shipments` …)."""

    async def page(self, kind: str, cursor: str) -> ExtractPage:
        """The page after this cursor; empty is the beginning.

        Raises:
            Transient: it cannot be reached now, or does not answer in time.
            Permanent: it refuses, or what it lists is not in its dialect.
        """


T = TypeVar("T", bound=msgspec.Struct)


class Listing(msgspec.Struct, frozen=True):
    """How one kind is listed: where, and how a page is read. Built by `listing`."""

    path: str
    read: Callable[[bytes], ExtractPage]


class _Page(msgspec.Struct, frozen=True):
    items: list[msgspec.Raw]
    next: str = ""


_pages = msgspec.json.Decoder(_Page)


def listing(path: str, item: type[T], rows: Callable[[T], Sequence[ExtractRow]]) -> Listing:
    """Tie an item's wire struct to the pure function that makes rows of it."""
    decoder = msgspec.json.Decoder(item)

    def read(body: bytes) -> ExtractPage:
        page = _pages.decode(body)
        return ExtractPage([row for one in page.items for row in rows(decoder.decode(one))], page.next)

    return Listing(path, read)


def plain(value: Decimal) -> str:
    """A number without exponent and trailing zeros, as both sides write it."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class JsonExtract:
    """Extracts over a partner's JSON API; one call a page."""

    def __init__(
        self, transport: HttpTransport, timeout_s: float, token: Secret | None, listings: Mapping[str, Listing]
    ) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._listings = listings
        self._headers = {"Accept": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token.reveal()}"

    @property
    def kinds(self) -> frozenset[str]:
        """See `Extract.kinds`."""
        return frozenset(self._listings)

    async def page(self, kind: str, cursor: str) -> ExtractPage:
        """See `Extract.page`."""
        listed = self._listings[kind]
        path = f"{listed.path}?limit={PAGE_ROWS}" + (f"&cursor={quote(cursor, safe='')}" if cursor else "")
        try:
            reply = await self._transport.request("GET", path, headers=self._headers, timeout_s=self._timeout_s)
        except TimeoutError:
            raise Transient(f"GET {path} was not answered in {self._timeout_s:g} s: it is asked again") from None
        if reply.status in REFUSED:
            raise Permanent(f"GET {listed.path}: HTTP {reply.status}: offer the list there, or set reconcile = false")
        if reply.status != 200:
            raise Transient(f"GET {listed.path}: HTTP {reply.status}: it is asked again")
        return _checked(listed, reply.body, cursor)


def _checked(listed: Listing, body: bytes, cursor: str) -> ExtractPage:
    try:
        page = listed.read(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ArithmeticError, ValueError) as error:
        raise Permanent(f"GET {listed.path}: not the list our dialect describes: {error}") from error
    if len(page.rows) > ROWS_MAX:
        raise Permanent(f"GET {listed.path}: {len(page.rows)} rows in a page, at most {ROWS_MAX} are taken: page it")
    if page.cursor and page.cursor == cursor:
        raise Permanent(f"GET {listed.path}: the page says that the next one is itself: {cursor!r}")
    return page
