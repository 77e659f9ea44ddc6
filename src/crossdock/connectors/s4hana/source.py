"""S/4HANA's sales orders as a source to be asked again and again (ports.polling.PollSource)."""

from __future__ import annotations

import msgspec

from crossdock.connectors.s4hana import wire
from crossdock.connectors.s4hana.config import Config
from crossdock.connectors.s4hana.inbound import changed_at
from crossdock.connectors.s4hana.queries import PAGE, orders_since
from crossdock.connectors.s4hana.session import Session
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.secret import Secret
from crossdock.ports.polling import PolledPage
from crossdock.ports.reaching import Ended, raised
from crossdock.ports.since import Since
from crossdock.ports.transport import HttpTransport

_pages = msgspec.json.Decoder(wire.Many[msgspec.Raw])
_changes = msgspec.json.Decoder(wire.Changed)


class Orders:
    """One system's orders, each a message of its own. `timeout_s` ends a question."""

    def __init__(
        self, transport: HttpTransport, timeout_s: float, token: Secret | None, config: Config, page: int = PAGE
    ) -> None:
        self._session = Session(transport, timeout_s, token, config)
        self._page = page

    async def page(self, cursor: str) -> PolledPage:
        """See `PollSource.page`."""
        since = Since.read(cursor)
        try:
            raws = (await self._session.read(orders_since(since, limit=self._page), _pages)).d.results
            changes = [(changed_at(order), order.number) for order in (_changes.decode(raw) for raw in raws)]
        except Ended as ended:
            raise raised(ended.outcome) from ended
        except (msgspec.MsgspecError, Rejected) as error:
            raise Permanent(f"S/4HANA's answer is no page of orders: {error}") from error
        after = since.after(changes, full=len(raws) >= self._page)
        return PolledPage(tuple(bytes(raw) for raw in raws), after.text, more=after.more)

    async def close(self) -> None:
        """The connection is closed by who made it."""
