"""The record of acts as people read it: newest first, each with its link in the chain, and the proof of the whole."""

from __future__ import annotations

from dataclasses import dataclass

from crossdock.app.acts.chain import ActView, ChainReport, act_view, verify
from crossdock.app.queries import Page, page
from crossdock.kernel.errors import Rejected
from crossdock.ports.acts import Acts


@dataclass(frozen=True, slots=True)
class ActBook:
    """See the module."""

    acts: Acts

    async def latest(self, cursor: str, limit: int) -> Page[ActView]:
        """A page of acts, newest first.

        Raises:
            Rejected: the cursor is not one we gave.
        """
        if cursor and not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 18):
            raise Rejected("the cursor is not one we gave: begin with the first page")
        rows = await self.acts.latest(int(cursor or 0), limit)
        return page([act_view(row) for row in rows], limit, lambda row: str(row.id))

    async def of(self, about: str) -> tuple[ActView, ...]:
        """What was done to one thing, in order."""
        return tuple(act_view(row) for row in await self.acts.of(about))

    async def verify(self) -> ChainReport:
        """Every hash worked out again."""
        return await verify(self.acts)
