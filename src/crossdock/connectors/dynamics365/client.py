"""Reads the books of Dynamics 365, makes the next call, reads again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from crossdock.connectors.dynamics365 import queries, wire
from crossdock.connectors.dynamics365.config import Config
from crossdock.connectors.dynamics365.outbound import SLIP, tasks
from crossdock.connectors.dynamics365.session import Session
from crossdock.kernel.errors import Permanent
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.json_calls import JsonCall
from crossdock.ports.reaching import attempt, looked_up

# Post or note; each may be asked for twice where somebody else works on the same order.
STEPS_MAX = 4

_headers = msgspec.json.Decoder(wire.Many[wire.Header])
_lines = msgspec.json.Decoder(wire.Many[wire.Line])
_notes = msgspec.json.Decoder(wire.Many[wire.Attachment])
_slips = msgspec.json.Decoder(wire.Slip)


class Client:
    """Sends to one environment of Dynamics 365. An attempt takes at most `timeout_s`."""

    def __init__(self, session: Session, timeout_s: float, config: Config) -> None:
        self._session = session
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
        config = self._config
        found = (await self._session.read(JsonCall("GET", queries.orders(config, order_no)), _headers)).value
        if len(found) != 1:
            raise Permanent(f"company {config.company} has no sales order {order_no}: correct it, then send again")
        if not mark.startswith(SLIP):
            notes = await self._session.read(JsonCall("GET", queries.notes(config, order_no)), _notes)
            return wire.Ledger(order=found[0], notes=notes.value)
        if not config.posting:
            raise Permanent(
                "Dynamics posts packing slips by a custom service only: install one there and name it in "
                "settings.posting (docs/guides/dynamics365.md)"
            )
        ask = queries.service(config, "findPackingSlip", {"PackingSlipId": mark.removeprefix(SLIP)})
        lines = await self._session.read(JsonCall("GET", queries.lines(config, [order_no])), _lines)
        slip = await self._session.read(ask, _slips)
        return wire.Ledger(order=found[0], lines=lines.value, slip=slip)

    async def _attempt(self, command: Outbound, *, act: bool) -> Outcome:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await attempt(command, self._tasks, self, act=act, steps_max=STEPS_MAX)
        except TimeoutError:
            detail = f"Dynamics needed more than {self._timeout_s:g} s for {command.type}"
            return Outcome(OutcomeKind.UNKNOWN, detail)

    async def make(self, call: JsonCall) -> Outcome:
        """See `Books.make`."""
        return await self._session.change(call)
