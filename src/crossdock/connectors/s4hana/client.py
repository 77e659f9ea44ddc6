"""Reads S/4HANA's books, makes the next call, reads again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from crossdock.connectors.s4hana import queries, wire
from crossdock.connectors.s4hana.config import Config
from crossdock.connectors.s4hana.outbound import tasks
from crossdock.connectors.s4hana.queries import Change
from crossdock.connectors.s4hana.session import Session
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.reaching import attempt, looked_up
from crossdock.ports.transport import HttpTransport

# Create, claim, correct each of its items, pick, post: a delivery of many items corrected needs the next attempt.
STEPS_MAX = 24

_order = msgspec.json.Decoder(wire.One[wire.Order])
_items = msgspec.json.Decoder(wire.Many[wire.DeliveryItem])
_deliveries = msgspec.json.Decoder(wire.Many[wire.Delivery])
_note = msgspec.json.Decoder(wire.One[wire.Note])


class Client:
    """Sends to one S/4HANA system. An attempt takes at most `timeout_s`, a single call at most half of it."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None, config: Config) -> None:
        self._session = Session(transport, timeout_s / 2, token, config)
        self._timeout_s = timeout_s
        self._config = config
        self._tasks = tasks(config)

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`; one after the other, because looking before doing is only safe alone."""
        return [await self._attempt(command, act=True) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """Read the books (resolution read_back): nothing left to do is delivered, anything else did not take effect."""
        return looked_up(await self._attempt(command, act=False))

    async def read(self, order_no: str, mark: str) -> wire.Ledger:
        """See `Books.read`."""
        found = await self._session.find(queries.order(order_no), _order)
        if found is None:
            raise Permanent(f"S/4HANA has no sales order {order_no}: correct the order, then send again")
        if mark:
            path = queries.note(order_no, self._config.language, self._config.text_id)
            note = await self._session.find(path, _note)
            return wire.Ledger(order=found.d, note=note.d if note is not None else None)
        items = await self._session.read(queries.delivery_items(order_no), _items)
        numbers = sorted({item.delivery_document for item in items.d.results})
        if not numbers:
            return wire.Ledger(order=found.d)
        deliveries = await self._session.read(queries.deliveries(numbers), _deliveries)
        return wire.Ledger(order=found.d, deliveries=deliveries.d.results)

    async def _attempt(self, command: Outbound, *, act: bool) -> Outcome:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await attempt(command, self._tasks, self, act=act, steps_max=STEPS_MAX)
        except TimeoutError:
            detail = f"S/4HANA needed more than {self._timeout_s:g} s for {command.type}"
            return Outcome(OutcomeKind.UNKNOWN, detail)

    async def make(self, call: Change) -> Outcome:
        """See `Books.make`."""
        return await self._session.change(call)
