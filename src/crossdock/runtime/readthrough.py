"""How much looking anew one process allows itself for customers: so many at a time, each for so long, none queued."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from crossdock.kernel.errors import Overloaded, Transient
from crossdock.process.terms.portal import PortalTerms


class ReadThrough:
    """app.portal.look.Budget. A customer that finds no place is told at once, so a rush costs the core nothing more."""

    def __init__(self, terms: PortalTerms) -> None:
        self._places = terms.readthroughs_max
        self._timeout_s = terms.readthrough_budget_ms / 1000
        self.running = 0

    async def spend(self, work: Callable[[], Awaitable[bool]]) -> bool:
        """See `Budget.spend`."""
        if not self._timeout_s or self.running >= self._places:
            raise Overloaded("as many orders are looked up anew as may be at a time; come back later")
        self.running += 1
        try:
            async with asyncio.timeout(self._timeout_s):
                return await work()
        except TimeoutError as error:
            raise Transient(f"looking an order up anew took longer than {self._timeout_s:g} s") from error
        finally:
            self.running -= 1
