"""What was done by hand, kept for good: who did which act on what, why, from where to where, in one chain of hashes.

Each act is written in the transaction that does it. There is one chain for the whole hub: acts on cases and all others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from crossdock.kernel.codec import encode_json

ACTS_MAX = 1_000
REASON_CHARS_MAX = 1_000


class Act(msgspec.Struct, frozen=True):
    """One act, as asked for. `key` is whose credential carried it; the person of the hub's own acts is `crossdock`."""

    act: str
    person: str
    key: str
    reason: str


class ActDone(msgspec.Struct, frozen=True):
    """An act to be kept with what it does: when, on what, and its state before and after."""

    at: datetime
    object: str
    act: Act
    before: str = ""
    after: str = ""


class ActRow(msgspec.Struct, frozen=True):
    """One link of the chain: `hash` covers everything else in the row and `prev`, the hash of the act before it.

    What it was done to is a case by its number, or `object` (`partner acme`, `delivery 12`). `before` and `after` are
    its state in a word where it has one, else a digest of what it was.
    """

    id: int
    case: int
    at: datetime
    act: str
    person: str
    key: str
    reason: str
    before: str
    after: str
    prev: bytes
    hash: bytes = b""
    object: str = ""

    def digest(self) -> bytes:
        """What `hash` must be: SHA-256 of the row in JSON, in the order of its fields, hash left out.

        An act on a case is digested without `object`, as it was before there were acts on anything else.
        """
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        words = (self.act, self.person, self.key, self.reason, self.before, self.after)
        named = (self.object,) if self.object else ()
        return hashlib.sha256(encode_json((self.id, self.case, at, *words, self.prev.hex(), *named))).digest()


class Anchor(msgspec.Struct, frozen=True):
    """Where the chain begins: the last act that left for the archive and its hash; act 0 while none has."""

    id: int = 0
    hash: bytes = bytes(32)


class Acts(Protocol):
    """The chain, for its readers, and for acts that change nothing else in the database."""

    async def keep(self, at: datetime, object_: str, act: Act, before: str = "", after: str = "") -> ActRow:
        """Append an act in a transaction of its own: something was shown, or done outside."""

    async def of(self, object_: str) -> Sequence[ActRow]:
        """What was done to this, in order, at most 1,000."""

    async def latest(self, before: int, limit: int) -> Sequence[ActRow]:
        """All acts from the newest back, a page at a time; `before` 0 for the first."""

    async def chain(self, after: int, limit: int) -> Sequence[ActRow]:
        """All acts in order, a page at a time."""

    async def anchor(self) -> Anchor:
        """Behind which act the chain begins."""


def state_of(value: object) -> str:
    """What an act keeps of a thing that has no word for its state: the SHA-256 of all of it, in hex."""
    return hashlib.sha256(encode_json(value)).hexdigest()
