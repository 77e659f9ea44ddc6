"""The only input and output of this connector: reads Tryton's books, makes the next call, reads again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from crossdock.connectors.tryton import queries, wire
from crossdock.connectors.tryton.errors import judge, judge_read
from crossdock.connectors.tryton.outbound import NOTES, TASKS, Ledger, TrytonTask, settle
from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.json_calls import JsonCall, call_headers
from crossdock.ports.reaching import Ended, looked_up, read_task, unreached
from crossdock.ports.transport import HttpReply, HttpTransport

# The longest way of a command: claim, assign, pick, pack, ship, do, and the invoices of some earlier hand-overs.
STEPS_MAX = 24
T = TypeVar("T")

_books = msgspec.json.Decoder(list[wire.Books])
_notes = msgspec.json.Decoder(list[wire.Note])


class Client:
    """Sends to one Tryton database. An attempt takes at most `timeout_s`, a single call at most half of it.

    `post` says whether we post the invoices Tryton drafts for what was delivered.
    """

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None, *, post: bool) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._token = token
        self._post = post

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`; one after the other, because looking before doing is only safe alone."""
        return [await self._attempt(command, act=True) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """Read the books (resolution read_back): nothing left to do is delivered, anything else did not take effect."""
        return looked_up(await self._attempt(command, act=False))

    async def _attempt(self, command: Outbound, *, act: bool) -> Outcome:
        try:
            task = read_task(command.type, command.payload, TASKS)
            async with asyncio.timeout(self._timeout_s):
                return await self._work(task, call_headers(command, self._token), act=act)
        except Ended as ended:
            return ended.outcome
        except Permanent as error:
            return Outcome(OutcomeKind.REFUSED, error.detail)
        except Transient as error:
            return Outcome(OutcomeKind.TRANSIENT, error.detail, retry_after_s=error.retry_after_s)
        except TimeoutError:
            return Outcome(OutcomeKind.UNKNOWN, f"Tryton needed more than {self._timeout_s:g} s for {command.type}")

    async def _work(self, task: TrytonTask, headers: dict[str, str], *, act: bool) -> Outcome:
        """Call after call until the books say what the command wants; each is found by reading them again."""
        before: JsonCall | None = None
        refused: Outcome | None = None
        ledger = await self._ledger(task.order_no, headers)
        for _ in range(STEPS_MAX):
            call = task.next(ledger) or settle(ledger, post=self._post)
            if call is None:
                return Outcome(OutcomeKind.DELIVERED, reference=f"sale.sale,{ledger.sale.id}")
            if not act:
                return Outcome(OutcomeKind.REFUSED, f"not done yet in Tryton: {call.method} {call.path}")
            if call == before:
                return refused or Outcome(OutcomeKind.REFUSED, _stuck(call))
            before, refused = call, await self._make(call, ledger.sale.company, headers)
            ledger = await self._after(call, ledger, headers)
        return Outcome(OutcomeKind.REFUSED, f"Tryton is not where it should be after {STEPS_MAX} calls: look at it")

    async def _make(self, call: JsonCall, company: int, headers: dict[str, str]) -> Outcome | None:
        """Make a writing call; answers its refusal, which may only mean that it was done by somebody meanwhile.

        Raises:
            Ended: it was not taken, or nobody knows.
        """
        known = {**headers, "X-Tryton-Context": queries.company(company)}
        outcome = judge(await self._request(call, known, wrote=True))
        if outcome.kind in (OutcomeKind.DELIVERED, OutcomeKind.REFUSED):
            return outcome if outcome.kind is OutcomeKind.REFUSED else None
        raise Ended(outcome)

    async def _ledger(self, order_no: str, headers: dict[str, str]) -> Ledger:
        sale = await self._sale(order_no, headers)
        return Ledger(sale, await self._notes(sale, headers))

    async def _after(self, call: JsonCall, ledger: Ledger, headers: dict[str, str]) -> Ledger:
        """The books again, as far as the call can have changed them."""
        if call.path.startswith(NOTES):
            return ledger._replace(notes=await self._notes(ledger.sale, headers))
        return ledger._replace(sale=await self._sale(ledger.sale.number, headers))

    async def _sale(self, order_no: str, headers: dict[str, str]) -> wire.Books:
        sales = await self._read(queries.books_of(order_no), _books, headers)
        if len(sales) != 1:
            found = "no sale" if not sales else "several sales"
            raise Permanent(f"Tryton has {found} with number {order_no}: correct the sale, then send again")
        return sales[0]

    async def _notes(self, sale: wire.Books, headers: dict[str, str]) -> tuple[wire.Note, ...]:
        notes = await self._read(queries.notes_of(sale.id), _notes, headers)
        return tuple(notes)

    async def _read(self, path: str, decoder: msgspec.json.Decoder[T], headers: dict[str, str]) -> T:
        reply = await self._request(JsonCall("GET", path), headers, wrote=False)
        outcome = judge_read(reply)
        if outcome.kind is not OutcomeKind.DELIVERED:
            raise Ended(outcome)
        try:
            return decoder.decode(reply.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Permanent(f"Tryton's answer is not what version 8.2 gives: {error}") from error

    async def _request(self, call: JsonCall, headers: dict[str, str], *, wrote: bool) -> HttpReply:
        try:
            return await self._transport.request(
                call.method, call.path, headers=headers, body=call.body, timeout_s=self._timeout_s / 2
            )
        except (Transient, TimeoutError) as error:
            raise Ended(unreached(error, wrote=wrote)) from error


def _stuck(call: JsonCall) -> str:
    if "/assign_try" in call.path:
        return "Tryton has less in stock than left the warehouse: count the stock there, then send again"
    return f"Tryton took {call.method} {call.path} and changed nothing: look at the record"
