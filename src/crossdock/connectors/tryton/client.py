"""The only input and output of this connector: reads Tryton's books, makes the next call, reads again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from crossdock.connectors.tryton import entering, queries, wire
from crossdock.connectors.tryton.config import Config
from crossdock.connectors.tryton.outbound import NOTES, TASKS, Ledger, TrytonTask, settle
from crossdock.connectors.tryton.rest import Rest
from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.json_calls import JsonCall, call_headers
from crossdock.ports.reaching import Ended, attempt, looked_up, read_task
from crossdock.ports.transport import HttpTransport

# The longest way of a command: claim, assign, pick, pack, ship, do, and the invoices of some earlier hand-overs.
STEPS_MAX = 24

_books = msgspec.json.Decoder(list[wire.Books])
_notes = msgspec.json.Decoder(list[wire.Note])


class Client:
    """Sends to one Tryton database. An attempt takes at most `timeout_s`, a single call at most half of it."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None, config: Config) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._token = token
        self._config = config
        self._post = config.invoices == "post"

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`; one after the other, because looking before doing is only safe alone."""
        return [await self._attempt(command, act=True) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """Read the books (resolution read_back): nothing left to do is delivered, anything else did not take effect."""
        return looked_up(await self._attempt(command, act=False))

    async def _attempt(self, command: Outbound, *, act: bool) -> Outcome:
        rest = Rest(self._transport, self._timeout_s / 2, call_headers(command, self._token))
        try:
            async with asyncio.timeout(self._timeout_s):
                if command.type in entering.COMMANDS:
                    return await self._enter(command, rest, command.created, act=act)
                return await self._work(read_task(command.type, command.payload, TASKS), rest, act=act)
        except Ended as ended:
            return ended.outcome
        except Permanent as error:
            return Outcome(OutcomeKind.REFUSED, error.detail)
        except Transient as error:
            return Outcome(OutcomeKind.TRANSIENT, error.detail, retry_after_s=error.retry_after_s)
        except TimeoutError:
            return Outcome(OutcomeKind.UNKNOWN, f"Tryton needed more than {self._timeout_s:g} s for {command.type}")

    async def _enter(self, command: Outbound, rest: Rest, now: datetime, *, act: bool) -> Outcome:
        """A channel's order into a sale, or out of one."""
        books = entering.Entering(rest, self._config, now)
        return await attempt(command, books.tasks, books, act=act, steps_max=STEPS_MAX)

    async def _work(self, task: TrytonTask, rest: Rest, *, act: bool) -> Outcome:
        """Call after call until the books say what the command wants; each is found by reading them again."""
        before: JsonCall | None = None
        refused: Outcome | None = None
        ledger = await self._ledger(task.order_no, rest)
        for _ in range(STEPS_MAX):
            call = task.next(ledger) or settle(ledger, post=self._post)
            if call is None:
                return Outcome(OutcomeKind.DELIVERED, reference=f"sale.sale,{ledger.sale.id}")
            if not act:
                return Outcome(OutcomeKind.REFUSED, f"not done yet in Tryton: {call.method} {call.path}")
            if call == before:
                return refused or Outcome(OutcomeKind.REFUSED, _stuck(call))
            before, refused = call, await self._make(call, ledger.sale.company, rest)
            ledger = await self._after(call, ledger, rest)
        return Outcome(OutcomeKind.REFUSED, f"Tryton is not where it should be after {STEPS_MAX} calls: look at it")

    async def _make(self, call: JsonCall, company: int, rest: Rest) -> Outcome | None:
        """Make a writing call; answers its refusal, which may only mean that it was done by somebody meanwhile.

        Raises:
            Ended: it was not taken, or nobody knows.
        """
        outcome = await rest.write(call, company)
        if outcome.kind in (OutcomeKind.DELIVERED, OutcomeKind.REFUSED):
            return outcome if outcome.kind is OutcomeKind.REFUSED else None
        raise Ended(outcome)

    async def _ledger(self, order_no: str, rest: Rest) -> Ledger:
        sale = await self._sale(order_no, rest)
        return Ledger(sale, await self._notes(sale, rest))

    async def _after(self, call: JsonCall, ledger: Ledger, rest: Rest) -> Ledger:
        """The books again, as far as the call can have changed them."""
        if call.path.startswith(NOTES):
            return ledger._replace(notes=await self._notes(ledger.sale, rest))
        return ledger._replace(sale=await self._sale(ledger.sale.number, rest))

    async def _sale(self, order_no: str, rest: Rest) -> wire.Books:
        sales = await rest.read(queries.books_of(order_no), _books)
        if len(sales) != 1:
            found = "no sale" if not sales else "several sales"
            raise Permanent(f"Tryton has {found} with number {order_no}: correct the sale, then send again")
        return sales[0]

    async def _notes(self, sale: wire.Books, rest: Rest) -> tuple[wire.Note, ...]:
        notes = await rest.read(queries.notes_of(sale.id), _notes)
        return tuple(notes)


def _stuck(call: JsonCall) -> str:
    if "/assign_try" in call.path:
        return "Tryton has less in stock than left the warehouse: count the stock there, then send again"
    return f"Tryton took {call.method} {call.path} and changed nothing: look at the record"
