"""HTTP out to a partner, on aiohttp: one session a partner, everything bounded, nothing repeated or followed.

What a caller must know after a failure is whether the partner may have got the request. So the transport watches the
connection: before the first header is written nothing can have happened (`Transient`); after it, without an answer,
anything may have (`TimeoutError`).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from types import SimpleNamespace, TracebackType
from typing import Self

import aiohttp
import msgspec
from yarl import URL

from crossdock.kernel.errors import Permanent, Transient
from crossdock.ports.transport import HttpReply
from crossdock.transports.addresses import PublicResolver, refuse_private

USER_AGENT = "crossdock"


class HttpConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One partner's HTTP endpoint.

    `base_url` may hold a path, which every call's path is appended to. `headers` go with every call (credentials).
    `body_max_bytes` bounds how much of an answer is read. Only addresses of the public internet are called unless
    `private_network` says that this partner stands in a network of ours (or on this machine).
    """

    base_url: str
    headers: Mapping[str, str] = {}
    connections_max: int = 8
    connect_timeout_s: float = 5.0
    read_timeout_s: float = 30.0
    body_max_bytes: int = 1_000_000
    private_network: bool = False


class _Sending:
    """Rides on one request through aiohttp's trace: has anything been written to the partner yet?"""

    def __init__(self) -> None:
        self.begun = False


class AiohttpTransport:
    """ports.transport.HttpTransport. Use inside `async with`, or call `close`; safe for many tasks of one loop."""

    def __init__(self, config: HttpConfig, tls: ssl.SSLContext | None = None) -> None:
        """`tls` says whom to trust and who we are; absent, the machine's authorities are trusted."""
        base = URL(config.base_url)
        if base.scheme not in ("http", "https") or not base.host:
            raise Permanent(f"{config.base_url!r} is not an http(s) address: correct the partner's base_url")
        if not config.private_network:
            refuse_private(base.host)
        self._base = base
        self._config = config
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> HttpReply:
        """One call, no retry, no redirect: a 3xx is an answer like any other.

        Raises:
            Transient: no connection was made (or none was free), so nothing can have happened.
            TimeoutError: it was sent and no complete answer came: the outcome is unknown.
        """
        sending = _Sending()
        try:
            async with self._opened().request(
                method,
                self._url(path),
                headers=headers,
                data=body or None,
                allow_redirects=False,
                timeout=self._timeout(timeout_s),
                trace_request_ctx=sending,
            ) as response:
                received = await self._read(response)
                return HttpReply(response.status, _headers(response), received)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _told(error, self._base, sent=sending.begun, timeout_s=timeout_s) from error

    def _opened(self) -> aiohttp.ClientSession:
        # Made at first use, because aiohttp ties a session to the event loop that is running then.
        if self._session is None:
            resolver = None if self._config.private_network else PublicResolver()
            connector = aiohttp.TCPConnector(
                limit=self._config.connections_max, ttl_dns_cache=60, resolver=resolver, ssl=self._tls or True
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": USER_AGENT, **self._config.headers},
                trace_configs=[_trace()],
                auto_decompress=True,
            )
        return self._session

    def _url(self, path: str) -> URL:
        # Appended, never joined: whatever the path looks like, the call stays with its partner.
        if not path:
            return self._base
        return URL(f"{str(self._base).rstrip('/')}/{path.lstrip('/')}")

    def _timeout(self, timeout_s: float) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(
            total=timeout_s,
            sock_connect=min(self._config.connect_timeout_s, timeout_s),
            sock_read=min(self._config.read_timeout_s, timeout_s),
        )

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        """The body, cut at the bound; a connection with more to come is closed rather than read out."""
        limit = self._config.body_max_bytes
        parts: list[bytes] = []
        size = 0
        async for chunk in response.content.iter_any():
            parts.append(chunk[: limit - size])
            size += len(parts[-1])
            if size >= limit:
                response.close()
                break
        return b"".join(parts)


def _headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    """By name; of what is said twice the first counts, but for cookies, which are all kept, a line each (RFC 6265)."""
    headers = dict(response.headers)
    cookies = response.headers.getall("Set-Cookie", [])
    return {**headers, "Set-Cookie": "\n".join(cookies)} if cookies else headers


def _trace() -> aiohttp.TraceConfig:
    trace = aiohttp.TraceConfig()

    async def headers_sent(
        _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        context.trace_request_ctx.begun = True

    trace.on_request_headers_sent.append(headers_sent)
    return trace


def _told(error: Exception, base: URL, *, sent: bool, timeout_s: float) -> Exception:
    """The driver's error in our words: nothing happened, or anything may have."""
    what = str(error) or type(error).__name__
    # A connection that was never made says so itself; the flag alone would miss a failure between connect and write.
    unmade = isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError))
    if unmade or not sent:
        return Transient(f"no connection to {base.host}: {what}; nothing was sent")
    if isinstance(error, asyncio.TimeoutError):
        return TimeoutError(f"{base.host} gave no answer within {timeout_s:g} s; it may have been done")
    return TimeoutError(f"{base.host} broke off before its answer was complete: {what}; it may have been done")
