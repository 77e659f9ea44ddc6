"""The only input and output of this connector: looks for the label, buys or drops it, looks again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from crossdock.connectors.karrio import wire
from crossdock.connectors.karrio.config import Config
from crossdock.connectors.karrio.errors import judge, judge_read
from crossdock.connectors.karrio.outbound import TASKS, LabelCall, Labels
from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.json_calls import JsonCall, path_segment
from crossdock.ports.reaching import Ended, attempt, looked_up, unreached
from crossdock.ports.transport import HttpReply, HttpTransport

STEPS_MAX = 4
LABELS_MAX = 50

_pages = msgspec.json.Decoder(wire.Shipments)
_shipments = msgspec.json.Decoder(wire.Shipment)


class Gateway:
    """Calls at one gateway. `timeout_s` ends a single call."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Token {token.reveal()}"

    async def shipments(self, query: str) -> wire.Shipments:
        """A page of shipments, each as Karrio wrote it.

        Raises:
            Ended: it cannot be read.
            Permanent: the answer is none of Karrio's.
        """
        reply = await self._request(JsonCall("GET", f"/v1/shipments?{query}"), wrote=False)
        outcome = judge_read(reply)
        if outcome.kind is not OutcomeKind.DELIVERED:
            raise Ended(outcome)
        try:
            return _pages.decode(reply.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Permanent(f"the gateway's answer is not what Karrio 2026.1 gives: {error}") from error

    async def make(self, call: JsonCall) -> Outcome:
        """Make a writing call.

        Raises:
            Ended: nobody answered.
        """
        return judge(await self._request(call, wrote=True))

    async def _request(self, call: JsonCall, *, wrote: bool) -> HttpReply:
        try:
            return await self._transport.request(
                call.method, call.path, headers=self._headers, body=call.body, timeout_s=self._timeout_s
            )
        except (Transient, TimeoutError) as error:
            raise Ended(unreached(error, wrote=wrote)) from error


class Client:
    """Sends to one gateway. An attempt takes at most `timeout_s`, a single call at most half of it."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None, config: Config) -> None:
        self._gateway = Gateway(transport, timeout_s / 2, token)
        self._timeout_s = timeout_s
        self._config = config

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`; one after the other, because looking before buying is only safe alone."""
        return [await self._attempt(command, act=True) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """Look for the label (resolution read_back)."""
        return looked_up(await self._attempt(command, act=False))

    async def read(self, order_no: str, mark: str) -> Labels:
        """See `Books.read`: the labels that bear the tender's number."""
        page = await self._gateway.shipments(f"reference={path_segment(mark)}&limit={LABELS_MAX}")
        try:
            return tuple(_shipments.decode(raw) for raw in page.results)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Permanent(f"a shipment of tender {mark} is not what Karrio 2026.1 gives: {error}") from error

    async def make(self, call: LabelCall) -> Outcome:
        """See `Books.make`."""
        return await self._gateway.make(call(self._config))

    async def _attempt(self, command: Outbound, *, act: bool) -> Outcome:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await attempt(command, TASKS, self, act=act, steps_max=STEPS_MAX)
        except TimeoutError:
            detail = f"the gateway needed more than {self._timeout_s:g} s for {command.type}"
            return Outcome(OutcomeKind.UNKNOWN, detail)
