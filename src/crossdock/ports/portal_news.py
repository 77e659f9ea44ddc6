"""News of a customer's own orders: what changed in the curated store, told once, in order, under a number.

Numbers are the customer's own, without gaps, and none is seen before a smaller one: whoever has read up to a number has
missed nothing. A month of them is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

KEPT = timedelta(days=30)


class NewsLine(msgspec.Struct, frozen=True, gc=False):
    """One thing as it was told to a customer."""

    number: int
    kind: str
    subject: str
    at: datetime
    told: datetime
    body: bytes


class PortalNews(Protocol):
    """What one customer was told; the store itself shows no line of another.

    Raises, both of them: Transient, the store is away.
    """

    async def after(self, customer: str, number: int, *, limit: int) -> Sequence[NewsLine]:
        """What follows a number, in order."""

    async def last(self, customer: str) -> int:
        """The number of the last news, 0 where there was none."""
