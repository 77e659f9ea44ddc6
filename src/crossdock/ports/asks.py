"""Asks: what somebody at the console wants said about an order or freight case, who agreed, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.canonical.envelope import Subject
from crossdock.ports.acts import Act

ASKS_MAX = 200


class Wish(msgspec.Struct, frozen=True):
    """What is wanted: `deed` by name, `about` which hold or part, `value` a kind of hold or an amount; and why."""

    deed: str
    about: str
    value: str
    reason: str


class Saying(msgspec.Struct, frozen=True):
    """The fact an ask is carried out with, but for who says it and when. It is made once, so that it is one fact."""

    type: str
    subject: Subject
    payload: msgspec.Raw


class Ask(msgspec.Struct, frozen=True):
    """One ask about the dossier `ident`.

    Attributes:
        two: why it takes a second person, empty where one is enough. `second`: who that was, `agreed` when.
        said: its `Saying`, in JSON.
        outcome: what became of it; with `ended`, absent while it waits or is being carried out.
    """

    id: int
    dossier: int
    ident: str
    asked: datetime
    deed: str
    about: str
    value: str
    reason: str
    person: str
    key: str
    two: str
    said: str
    second: str = ""
    agreed: datetime | None = None
    outcome: str = ""
    ended: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for a second person."""
        return bool(self.two) and self.agreed is None and self.ended is None


class Asks(Protocol):
    """Where they are kept; each step and its link in the chain of acts are one transaction.

    Raises:
        Transient: the store cannot be reached.
    """

    async def number(self) -> int:
        """A number for the next ask; one that is not used leaves a gap."""

    async def open(self, ask: Ask, act: Act) -> bool:
        """Keep an ask; false when the same deed about the same thing is under way already."""

    async def agree(self, ask: int, act: Act, at: datetime) -> bool:
        """Name the second person of one that waits for one; false when it does not."""

    async def withdraw(self, ask: int, outcome: str, act: Act, at: datetime) -> bool:
        """Close one that waits for a second person; false when it does not: what is agreed to is carried out."""

    async def end(self, ask: int, outcome: str, act: Act, at: datetime) -> bool:
        """Close one that was carried out; false when it was closed before."""

    async def one(self, ask: int) -> Ask | None:
        """One of them."""

    async def of(self, dossier: int) -> Sequence[Ask]:
        """Those of a dossier, newest first, at most 200."""

    async def waiting(self, limit: int) -> Sequence[Ask]:
        """Those that wait for a second person, oldest first."""

    async def ready(self, before: datetime, limit: int) -> Sequence[Ask]:
        """Those that were ready to be carried out before that instant and are not closed, oldest first."""
