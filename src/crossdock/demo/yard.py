"""The physical side the simulated systems share: goods at a dock, trucks at a gate. No messages, only things."""

from __future__ import annotations

import asyncio
from datetime import datetime

import msgspec


class Pallet(msgspec.Struct, frozen=True):
    """A package on the dock: its label, weight, and pieces by line."""

    sscc: str
    gross_kg: str
    contents: tuple[tuple[str, str, int], ...]


class Bay:
    """Where one order's goods at one site wait for their truck."""

    def __init__(self) -> None:
        self.packed = asyncio.Event()
        # The work on them stands still because somebody is about to call them off; and that is asked, in time or not.
        self.stands = asyncio.Event()
        self.called_off = asyncio.Event()
        self.truck_came = asyncio.Event()
        self.gone = asyncio.Event()
        # Papers for the border are here; goods that stay inside of it need none.
        self.cleared = asyncio.Event()
        self.abroad = asyncio.Event()
        # They were put on the carrier's scales, and what that comes to is quoted.
        self.weighed = asyncio.Event()
        # The customer has them and has signed.
        self.delivered = asyncio.Event()
        self.pallets: tuple[Pallet, ...] = ()
        self.driver = ""
        self.unloaded_at: datetime | None = None


class Yard:
    """All bays, by order and site; and what customers have handed to a carrier, by authorisation."""

    def __init__(self) -> None:
        self._bays: dict[tuple[str, str], Bay] = {}
        self._collected: dict[str, asyncio.Event] = {}

    def bay(self, order_no: str, site: str) -> Bay:
        """The bay of these goods; made when first asked for."""
        return self._bays.setdefault((order_no, site), Bay())

    def collected(self, rma: str) -> asyncio.Event:
        """Whether a carrier of ours has fetched a return."""
        return self._collected.setdefault(rma, asyncio.Event())
