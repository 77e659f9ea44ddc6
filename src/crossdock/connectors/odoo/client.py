"""The only input and output of this connector: reads Odoo's books, makes the next call, reads again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from crossdock.connectors.odoo import queries, wire
from crossdock.connectors.odoo.config import Config
from crossdock.connectors.odoo.errors import Answer, answer_of, judge
from crossdock.connectors.odoo.outbound import TASKS
from crossdock.connectors.odoo.queries import Execute
from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.reaching import Ended, attempt, harmless, looked_up, unreached
from crossdock.ports.transport import HttpReply, HttpTransport

# Claim, validate, and a note; each may be asked for twice where somebody else works on the same transfer.
STEPS_MAX = 8
HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}
T = TypeVar("T")

_orders = msgspec.json.Decoder(list[wire.Order])
_pickings = msgspec.json.Decoder(tuple[wire.Picking, ...])
_moves = msgspec.json.Decoder(tuple[wire.Move, ...])
_messages = msgspec.json.Decoder(tuple[wire.Message, ...])
_coded = msgspec.json.Decoder(tuple[wire.Coded, ...])
_user = msgspec.json.Decoder(int | bool | None)


class Rpc:
    """Calls on one database as one user, who is looked up by its name at the first call. `timeout_s` ends a call."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None, config: Config) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._token = token.reveal() if token is not None else ""
        self._config = config
        self._user = 0

    async def read(self, call: Execute, decoder: msgspec.json.Decoder[T]) -> T:
        """Make a reading call.

        Raises:
            Ended: it was refused, or there was no answer.
            Permanent: the answer is not what this version of Odoo gives.
        """
        return _decoded(await self._request(await self._executed(call), wrote=False), decoder)

    async def write(self, call: Execute) -> Outcome:
        """Make a writing call."""
        return judge(await self._request(await self._executed(call), wrote=True))

    async def _executed(self, call: Execute) -> bytes:
        if not self._user:
            self._user = await self._log_in()
        who = [self._config.database, self._user, self._token]
        return queries.request("object", "execute_kw", [*who, call.model, call.method, call.args, call.kwargs])

    async def _log_in(self) -> int:
        config = self._config
        body = queries.request("common", "authenticate", [config.database, config.user, self._token, {}])
        user = _decoded(await self._request(body, wrote=False), _user)
        if not user:
            raise Permanent(f"Odoo knows no user {config.user} with our key: correct settings.user or secrets.token")
        return int(user)

    async def _request(self, body: bytes, *, wrote: bool) -> HttpReply:
        try:
            return await self._transport.request(
                "POST", queries.PATH, headers=HEADERS, body=body, timeout_s=self._timeout_s
            )
        except (Transient, TimeoutError) as error:
            raise Ended(unreached(error, wrote=wrote)) from error


def _decoded(reply: HttpReply, decoder: msgspec.json.Decoder[T]) -> T:
    outcome = harmless(judge(reply))
    answer = answer_of(reply)
    if outcome.kind is not OutcomeKind.DELIVERED or not isinstance(answer, Answer):
        raise Ended(outcome)
    try:
        return decoder.decode(answer.result)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Permanent(f"Odoo's answer is not what it should be, see settings.series: {error}") from error


class Client:
    """Sends to one Odoo database. An attempt takes at most `timeout_s`, a single call at most half of it."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None, config: Config) -> None:
        self._rpc = Rpc(transport, timeout_s / 2, token, config)
        self._timeout_s = timeout_s

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`; one after the other, because looking before doing is only safe alone."""
        return [await self._attempt(command, act=True) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """Read the books (resolution read_back): nothing left to do is delivered, anything else did not take effect."""
        return looked_up(await self._attempt(command, act=False))

    async def read(self, order_no: str, mark: str) -> wire.Ledger:
        """See `Books.read`."""
        orders = await self._rpc.read(queries.sale(order_no), _orders)
        if len(orders) != 1:
            found = "no sale" if not orders else "several sales"
            raise Permanent(f"Odoo has {found} with number {order_no}: correct the sale, then send again")
        order = orders[0]
        if mark:
            return wire.Ledger(order=order, messages=await self._rpc.read(queries.messages(order.id, mark), _messages))
        pickings = await self._rpc.read(queries.pickings(order.id), _pickings)
        return wire.Ledger(
            order=order,
            pickings=pickings,
            moves=await self._rpc.read(queries.moves(one.id for one in pickings), _moves),
            warehouses=await self._rpc.read(queries.warehouses(), _coded),
        )

    async def _attempt(self, command: Outbound, *, act: bool) -> Outcome:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await attempt(command, TASKS, self, act=act, steps_max=STEPS_MAX)
        except TimeoutError:
            detail = f"Odoo needed more than {self._timeout_s:g} s for {command.type}"
            return Outcome(OutcomeKind.UNKNOWN, detail)

    async def make(self, call: Execute) -> Outcome:
        """See `Books.make`."""
        return await self._rpc.write(call)
