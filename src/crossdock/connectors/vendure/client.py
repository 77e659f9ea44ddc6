"""The only input and output of this connector: reads an order, makes the change that is missing, reads it again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from crossdock.connectors.vendure import outbound, queries, wire
from crossdock.connectors.vendure.config import Config
from crossdock.connectors.vendure.errors import answer_of, judge
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.reaching import Ended, attempt, harmless, looked_up, unreached
from crossdock.ports.transport import HttpReply, HttpTransport

# The longest way of a command: fulfil, pending, shipped, delivered.
STEPS_MAX = 8
PATH = ""
KEY, CHANNEL = "vendure-api-key", "vendure-token"

_bodies = msgspec.json.Decoder(list[msgspec.Raw])
_orders = msgspec.json.Decoder(list[wire.Order])


class _Listed(msgspec.Struct, frozen=True):
    items: msgspec.Raw = msgspec.Raw(b"[]")


_lists = msgspec.json.Decoder(_Listed)


class Graph:
    """Questions and changes at one shop. `timeout_s` ends a single call."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None, config: Config) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token is not None:
            self._headers[KEY] = token.reveal()
        if config.channel_token:
            self._headers[CHANNEL] = config.channel_token

    async def orders(self, question: bytes) -> list[msgspec.Raw]:
        """The orders a question asks for, each as Vendure wrote it.

        Raises:
            Ended: they cannot be read.
            Permanent: the answer is none of Vendure's.
        """
        answer = answer_of(await self._request(question, wrote=False))
        if isinstance(answer, Outcome):
            raise Ended(harmless(answer))
        try:
            return _bodies.decode(_lists.decode((answer.data or {})["orders"]).items)
        except (KeyError, msgspec.DecodeError, RecursionError) as error:
            raise Permanent(f"the shop's answer is not what Vendure 3.7 gives: {error}") from error

    async def change(self, change: outbound.Change, handler: str) -> Outcome:
        """Make a change.

        Raises:
            Ended: nobody answered.
        """
        body = queries.request(change.query, change.variables).replace(
            encode_json(outbound.HANDLER), encode_json(handler)
        )
        return judge(await self._request(body, wrote=True))

    async def _request(self, body: bytes, *, wrote: bool) -> HttpReply:
        try:
            return await self._transport.request(
                "POST", PATH, headers=self._headers, body=body, timeout_s=self._timeout_s
            )
        except (Transient, TimeoutError) as error:
            raise Ended(unreached(error, wrote=wrote)) from error


class Client:
    """Sends to one shop. An attempt takes at most `timeout_s`, a single call at most half of it."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None, config: Config) -> None:
        self._graph = Graph(transport, timeout_s / 2, token, config)
        self._timeout_s = timeout_s
        self._handler = config.handler

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`; one after the other, because looking before doing is only safe alone."""
        return [await self._attempt(command, act=True) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """Read the order (resolution read_back): nothing left to do is delivered, anything else did not take effect."""
        return looked_up(await self._attempt(command, act=False))

    async def read(self, order_no: str, mark: str) -> wire.Order:
        """See `Books.read`."""
        raws = await self._graph.orders(queries.order_of(order_no))
        if len(raws) != 1:
            found = "no order" if not raws else "several orders"
            raise Permanent(f"the shop has {found} {order_no}: see settings.channel_token, or correct it there")
        try:
            return _orders.decode(encode_json(raws))[0]
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Permanent(f"order {order_no} is not what Vendure 3.7 gives: {error}") from error

    async def make(self, call: outbound.Change) -> Outcome:
        """See `Books.make`."""
        return await self._graph.change(call, self._handler)

    async def _attempt(self, command: Outbound, *, act: bool) -> Outcome:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await attempt(command, outbound.TASKS, self, act=act, steps_max=STEPS_MAX)
        except TimeoutError:
            detail = f"the shop needed more than {self._timeout_s:g} s for {command.type}"
            return Outcome(OutcomeKind.UNKNOWN, detail)
