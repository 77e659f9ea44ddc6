"""The backbone port: a durable log beside the database. INBOUND holds what waits for a worker, EVENTS what happened.

Everything is delivered at least once: publishing under the same id again is harmless, and so must taking be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from crossdock.canonical.vocabulary import Priority

# Publications of one process on their way at a time, unless its settings say otherwise.
IN_FLIGHT_MAX = 256


class Publication(msgspec.Struct, frozen=True, gc=False):
    """One message to publish. `msg_id` makes a repetition within minutes disappear; `headers` hold plain ASCII."""

    subject: str
    body: bytes
    msg_id: str
    headers: Mapping[str, str] = {}


class Standing(msgspec.Struct, frozen=True):
    """What stands in one lane: not yet given out, given out and not acknowledged, given up after too many attempts."""

    waiting: int = 0
    under_way: int = 0
    given_up: int = 0


class Pulled(Protocol):
    """A message taken from INBOUND. Neither acknowledged nor spoken for within the lease, it is given to somebody
    again."""

    @property
    def subject(self) -> str:
        """`inbound.p<lane>.<partner>…`."""

    @property
    def body(self) -> bytes:
        """The bytes as received."""

    @property
    def headers(self) -> Mapping[str, str]:
        """As published."""

    @property
    def attempt(self) -> int:
        """How often it was given out, this time included; from 1."""

    async def ack(self) -> None:
        """Done: it leaves the log. Only after the commit of what became of it."""

    async def nak(self, delay_s: float) -> None:
        """Not now: to be given out again after `delay_s`."""

    async def hold(self) -> None:
        """Still at it: the lease begins anew."""


class Backbone(Protocol):
    """The durable log."""

    async def publish(self, publications: Sequence[Publication]) -> None:
        """Durable once this returns, in this order; a bounded number is under way at a time.

        Raises:
            Overloaded: the stream is full: nothing is dropped to make room.
            Transient: it could not be confirmed. Either way some may be in the log: publish all again, same ids.
        """

    async def pull(self, lane: Priority, count: int, *, wait_s: float) -> Sequence[Pulled]:
        """What has arrived in one lane of INBOUND, at most `count`; waits up to `wait_s` for the first.

        Raises:
            Transient: the log cannot be reached.
        """

    async def standing(self, lane: Priority) -> Standing:
        """How much stands in a lane of INBOUND.

        Raises:
            Transient: the log cannot be reached.
        """
