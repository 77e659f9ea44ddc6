"""The sales orders of Dynamics 365 as a source to be asked again and again (ports.polling.PollSource)."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from crossdock.connectors.dynamics365 import queries, wire
from crossdock.connectors.dynamics365.config import Config
from crossdock.connectors.dynamics365.session import Session
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Permanent
from crossdock.ports.json_calls import JsonCall
from crossdock.ports.polling import PolledPage
from crossdock.ports.reaching import Ended, raised
from crossdock.ports.since import Since


class _Named(msgspec.Struct, frozen=True):
    """A row of which only matters whose it is."""

    number: str = msgspec.field(name="SalesOrderNumber")


_pages = msgspec.json.Decoder(wire.Many[msgspec.Raw])
_named = msgspec.json.Decoder(_Named)
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_instants = msgspec.json.Decoder(datetime)


class Orders:
    """One company's orders, each a message of its own with its lines."""

    def __init__(self, session: Session, config: Config, page: int = queries.PAGE) -> None:
        self._session = session
        self._config = config
        self._page = page

    async def page(self, cursor: str) -> PolledPage:
        """See `PollSource.page`."""
        since = Since.read(cursor)
        try:
            path = queries.orders_since(self._config, since, limit=self._page)
            raws = (await self._session.read(JsonCall("GET", path), _pages)).value
            numbers = [_named.decode(raw).number for raw in raws]
            changes = [self._changed(raw) for raw in raws]
            lines = await self._lines(numbers)
        except Ended as ended:
            raise raised(ended.outcome) from ended
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Permanent(f"the answer of Dynamics is no page of orders: {error}") from error
        bodies = [
            encode_json({"changed": at, "order": raw, "lines": lines.get(number, [])})
            for at, raw, number in zip(changes, raws, numbers, strict=True)
        ]
        after = since.after(list(zip(changes, numbers, strict=True)), full=len(raws) >= self._page)
        return PolledPage(tuple(bodies), after.text, more=after.more)

    async def close(self) -> None:
        """The connections are closed by who made them."""

    def _changed(self, raw: msgspec.Raw) -> datetime:
        field = self._config.modified_field
        value = _fields.decode(raw).get(field)
        if value is None:
            raise Permanent(f"orders have no {field}: extend the entity by it and correct settings.modified_field")
        at = _instants.decode(value)
        return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).astimezone(UTC)

    async def _lines(self, numbers: list[str]) -> dict[str, list[msgspec.Raw]]:
        found: dict[str, list[msgspec.Raw]] = {}
        if not numbers:
            return found
        page = await self._session.read(JsonCall("GET", queries.lines(self._config, numbers)), _pages)
        if page.next:
            raise Permanent(f"orders {numbers[0]} to {numbers[-1]} have more lines than Dynamics gives at once")
        for raw in page.value:
            found.setdefault(_named.decode(raw).number, []).append(raw)
        return found
