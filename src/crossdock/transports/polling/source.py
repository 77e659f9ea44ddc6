"""A partner's API as a source of pages (ports.polling.PollSource)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import msgspec

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.clock import Clock
from crossdock.ports.polling import PolledPage
from crossdock.ports.transport import HttpReply, HttpTransport
from crossdock.transports.polling.settings import Paging, PollSettings, instant_of

OK_FIRST, OK_LAST = 200, 299
NO_CONTENT = 204
TRY_AGAIN = frozenset((408, 425, 429))
SERVER_FIRST = 500
CURSOR_CHARS_MAX = 4096
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel\s*=\s*"?next"?', re.IGNORECASE)


class HttpPollSource:
    """One API of one partner. `http` is its exact base: the scheme and host of `url`."""

    def __init__(self, settings: PollSettings, http: HttpTransport, token: Secret | None, clock: Clock) -> None:
        self._settings = settings
        self._http = http
        self._token = token
        self._clock = clock

    async def page(self, cursor: str) -> PolledPage:
        """See `PollSource.page`. An answer that is cut at `bytes_max` is not taken: ask for smaller pages."""
        reply = await self._ask(self._path(cursor))
        host = urlsplit(self._settings.url).hostname
        if len(reply.body) >= self._settings.bytes_max:
            raise Permanent(
                f"a page of {host} is larger than {self._settings.bytes_max} bytes: make it smaller with a parameter "
                "in query, or raise bytes_max"
            )
        if reply.status == NO_CONTENT or not reply.body:
            return PolledPage((), cursor, more=False)
        after = self._after(cursor, reply)
        if len(after) > CURSOR_CHARS_MAX:
            raise Permanent(f"{host} gave a cursor of {len(after)} characters, more than {CURSOR_CHARS_MAX}")
        # Where nothing leads on, the same page is asked for again next time: it grows until it is full.
        return PolledPage((reply.body,), after or cursor, more=bool(after) and after != cursor)

    async def close(self) -> None:
        """The connection is closed by who made it."""

    def _after(self, cursor: str, reply: HttpReply) -> str:
        match self._settings.paging:
            case Paging.UPDATED:
                return self._newest(cursor, reply.body)
            case Paging.TOKEN:
                return self._token_in(reply.body)
            case Paging.LINK:
                return self._linked(reply.headers)

    def _path(self, cursor: str) -> str:
        """Path and query of the next question."""
        settings = self._settings
        parts = urlsplit(settings.url)
        if settings.paging is Paging.LINK and cursor:
            return cursor
        query = [*parse_qsl(parts.query, keep_blank_values=True), *settings.query.items()]
        if settings.paging is Paging.UPDATED:
            since = instant_of(cursor or settings.since)
            assert since is not None, "checked when it was written"
            reach = since - timedelta(seconds=settings.overlap_s) if cursor else since
            query.append((settings.parameter, _shown(reach)))
        elif cursor:
            query.append((settings.parameter, cursor))
        return f"{parts.path}?{urlencode(query)}" if query else parts.path

    async def _ask(self, path: str) -> HttpReply:
        headers = {"Accept": self._settings.content_type}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.reveal()}"
        try:
            reply = await self._http.request("GET", path, headers=headers, timeout_s=self._settings.timeout_s)
        except TimeoutError as error:
            raise Transient(str(error)) from error
        if OK_FIRST <= reply.status <= OK_LAST:
            return reply
        host = urlsplit(self._settings.url).hostname
        if reply.status >= SERVER_FIRST or reply.status in TRY_AGAIN:
            raise Transient(f"{host} answered {reply.status}", retry_after_s=self._wait(reply.headers))
        raise Permanent(f"{host} answered {reply.status}: check url, query and the secret poll_token with the partner")

    def _wait(self, headers: Mapping[str, str]) -> float:
        """Retry-After in seconds, given as such or as a date (RFC 9110 §10.2.3); 0 when there is none."""
        text = next((value.strip() for name, value in headers.items() if name.lower() == "retry-after"), "")
        if text.isdecimal():
            return float(text[:9])
        try:
            return max(0.0, (parsedate_to_datetime(text) - self._clock.now()).total_seconds()) if text else 0.0
        except (ValueError, TypeError):
            return 0.0

    def _newest(self, cursor: str, body: bytes) -> str:
        """The newest instant among the items and the cursor, as a cursor; the cursor itself when nothing is newer.

        Raises:
            Permanent: there are items, and not one says when it changed.
        """
        items = _at(self._decoded(body), self._settings.items)
        given = [_at(item, self._settings.changed) for item in items] if isinstance(items, list) else []
        instants = [instant for text in given if isinstance(text, str) and (instant := instant_of(text)) is not None]
        if (given and not instants) or not isinstance(items, list | None):
            # The cursor would stand still for ever, and what lies beyond the first page would never be read.
            host = urlsplit(self._settings.url).hostname
            raise Permanent(
                f"no item of {host} says when it changed, with an offset: correct items "
                f"and changed in the partner file, or choose another paging (the first says {str(given[:1])[:100]})"
            )
        # A partner's clock that runs ahead must not make us skip what happens until then.
        known = [instant for instant in instants if instant <= self._clock.now()]
        before = instant_of(cursor)
        newest = max([*known, before] if before is not None else known, default=None)
        return _shown(newest) if newest is not None else cursor

    def _token_in(self, body: bytes) -> str:
        token = _at(self._decoded(body), self._settings.next)
        return str(token) if isinstance(token, str | int) and token != "" and token is not True else ""

    def _linked(self, headers: Mapping[str, str]) -> str:
        """Path and query of the next page.

        Raises:
            Permanent: it is on another host, where we were not told to go.
        """
        text = ", ".join(value for name, value in headers.items() if name.lower() == "link")
        found = _NEXT.search(text)
        if found is None:
            return ""
        here, there = urlsplit(self._settings.url), urlsplit(urljoin(self._settings.url, found[1]))
        if (there.scheme, there.netloc) != (here.scheme, here.netloc):
            raise Permanent(
                f"the next page of {here.hostname} is said to be at {there.netloc[:100]}: we do not go there"
            )
        return f"{there.path}?{there.query}" if there.query else there.path

    def _decoded(self, body: bytes) -> object:
        try:
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            host = urlsplit(self._settings.url).hostname
            raise Permanent(f"{host} answered with what is no JSON: its cursor cannot be read; check url") from error


def base_of(url: str) -> str:
    """Scheme and host of an address: what every question of a source goes to."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _at(value: object, path: str) -> object:
    """What a dotted path leads to in decoded JSON; `None` when it leads nowhere, the value itself for no path."""
    for name in path.split(".") if path else ():
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _shown(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
