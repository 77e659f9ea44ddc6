"""Events out to subscribers, over the HTTP transport: addresses anybody may give us, so only public ones are called."""

from __future__ import annotations

from collections import OrderedDict
from time import perf_counter

from yarl import URL

from crossdock.kernel.errors import Permanent, Transient
from crossdock.ports.json_calls import retry_after_s
from crossdock.ports.subscriptions import Answer
from crossdock.transports.addresses import refuse_private
from crossdock.transports.http import AiohttpTransport, HttpConfig

TIMEOUT_S = 15.0
BODY_READ_BYTES = 2_000
ADDRESSES_OPEN_MAX = 200
CONNECTIONS_MAX = 10


class WebhookPoster:
    """See `ports.subscriptions.Poster`. `private_network` lets addresses of our own network pass, and plain http."""

    def __init__(self, *, private_network: bool = False) -> None:
        self._private_network = private_network
        self._open: OrderedDict[str, AiohttpTransport] = OrderedDict()

    def refuses(self, url: str) -> str:
        """See `Poster.refuses`. A name is looked at when it is called, at every look-up anew."""
        try:
            address = URL(url)
            host, scheme = address.host, address.scheme
        except ValueError:
            return "the address is no URL"
        if not host or address.user or address.password or address.fragment:
            return "the address is https://host/path, without user, password or fragment"
        if scheme != "https" and not (self._private_network and scheme == "http"):
            return "events go out by https only"
        if not self._private_network:
            try:
                refuse_private(host)
            except Permanent:
                return "the address is not on the public internet"
            if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
                return "the address is not on the public internet"
        return ""

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """See `Poster.post`."""
        begun = perf_counter()
        refused = self.refuses(url)
        if refused:
            return Answer(0, refused, 0)
        try:
            transport = await self._transport(url)
            reply = await transport.request("POST", "", headers=headers, body=body, timeout_s=TIMEOUT_S)
        except (Transient, Permanent) as error:
            return Answer(0, error.detail, _ms(begun))
        except TimeoutError as error:
            return Answer(0, str(error), _ms(begun))
        # What the other side wrote is theirs and may be anything; its status is enough for the log.
        return Answer(reply.status, f"HTTP {reply.status}", _ms(begun), retry_after_s(reply.headers))

    async def close(self) -> None:
        """Close all connections."""
        while self._open:
            await self._open.popitem()[1].close()

    async def _transport(self, url: str) -> AiohttpTransport:
        found = self._open.pop(url, None)
        if found is None:
            config = HttpConfig(
                url,
                connections_max=CONNECTIONS_MAX,
                read_timeout_s=TIMEOUT_S,
                body_max_bytes=BODY_READ_BYTES,
                private_network=self._private_network,
            )
            found = AiohttpTransport(config)
        self._open[url] = found
        while len(self._open) > ADDRESSES_OPEN_MAX:
            await self._open.popitem(last=False)[1].close()
        return found


def _ms(begun: float) -> int:
    return round((perf_counter() - begun) * 1000)
