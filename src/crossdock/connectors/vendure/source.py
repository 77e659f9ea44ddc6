"""A shop's orders as a source to be asked again and again (ports.polling.PollSource), each a message of its own."""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.connectors.vendure import queries
from crossdock.connectors.vendure.client import Graph
from crossdock.connectors.vendure.config import Config
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.polling import PolledPage
from crossdock.ports.reaching import Ended, raised
from crossdock.ports.since import Since
from crossdock.ports.transport import HttpTransport


class _Changed(msgspec.Struct, frozen=True, rename="camel"):
    updated_at: datetime


_changes = msgspec.json.Decoder(_Changed)


class Orders:
    """`timeout_s` ends a question."""

    def __init__(
        self, transport: HttpTransport, timeout_s: float, token: Secret | None, config: Config, page: int = queries.PAGE
    ) -> None:
        self._graph = Graph(transport, timeout_s, token, config)
        self._page = page

    async def page(self, cursor: str) -> PolledPage:
        """See `PollSource.page`."""
        since = Since.read(cursor)
        try:
            raws = await self._graph.orders(queries.orders_since(since, limit=self._page))
            begun = int(since.asked.within or 0)
            # Within one second the place is a count, not an id.
            read = [(_changes.decode(raw).updated_at, str(begun + place)) for place, raw in enumerate(raws, 1)]
        except Ended as ended:
            raise raised(ended.outcome) from ended
        except msgspec.MsgspecError as error:
            raise Permanent(f"the shop's answer is no page of orders: {error}") from error
        after = since.after(read, full=len(raws) >= self._page)
        return PolledPage(tuple(bytes(raw) for raw in raws), after.text, more=after.more)

    async def close(self) -> None:
        """The connection is closed by who made it."""
