"""Tryton's confirmed sales as a source to be asked again and again (ports.polling.PollSource)."""

from __future__ import annotations

from datetime import datetime

from crossdock.connectors.tryton.errors import judge_read
from crossdock.connectors.tryton.inbound import written
from crossdock.connectors.tryton.queries import PAGE, Reached, sales_after
from crossdock.kernel.errors import Permanent, Rejected, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import OutcomeKind
from crossdock.ports.polling import PolledPage
from crossdock.ports.reaching import raised, unreached
from crossdock.ports.transport import HttpReply, HttpTransport


class Sales:
    """One database's sales, each a message of its own. `timeout_s` ends a question."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None, page: int = PAGE) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._token = token
        self._page = page

    async def page(self, cursor: str) -> PolledPage:
        """See `PollSource.page`."""
        reached = Reached.read(cursor)
        reply = await self._ask(sales_after(reached, limit=self._page))
        try:
            sales = written(reply.body)
        except Rejected as error:
            raise Permanent(f"Tryton's answer is no page of sales: {error.detail}") from error
        full = len(sales) >= self._page
        return PolledPage(
            tuple(body for body, _, _ in sales),
            _after(reached, [(at, number) for _, at, number in sales if at is not None], full=full).text,
            more=full,
        )

    async def close(self) -> None:
        """The connection is closed by who made it."""

    async def _ask(self, path: str) -> HttpReply:
        headers = {"Accept": "application/json"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.reveal()}"
        try:
            reply = await self._transport.request("GET", path, headers=headers, timeout_s=self._timeout_s)
        except (Transient, TimeoutError) as error:
            raise raised(unreached(error, wrote=False)) from error
        outcome = judge_read(reply)
        if outcome.kind is not OutcomeKind.DELIVERED:
            raise raised(outcome)
        return reply


def _after(reached: Reached, sales: list[tuple[datetime, int]], *, full: bool) -> Reached:
    """Behind the last sale while there are more; at its instant, with the overlap, when all were read."""
    if not sales:
        return Reached(reached.at)
    at, number = sales[-1]
    if full:
        return Reached(at, number)
    return Reached(max(at, reached.at) if reached.at is not None else at)
