"""What the API's door needs, in memory: keys, kept replies, an operator's desk and custody. For tests only.

Keys and replies pass the same suites as their PostgreSQL twins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from crossdock.app.intake import Receipt
from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.errors import Rejected
from crossdock.ports.acts import Act
from crossdock.ports.clock import Clock
from crossdock.ports.keys import ApiKey
from crossdock.ports.outbox import Ending
from crossdock.ports.replies import Claim, ClaimState, StoredReply

RUNNING_LAPSES = timedelta(minutes=1)
ANSWER_LAPSES = timedelta(days=1)


class MemoryKeys:
    """See `Keys`. `found` counts look-ups."""

    def __init__(self) -> None:
        self.rows: dict[bytes, ApiKey] = {}
        self.found = 0

    async def find(self, digest: bytes) -> ApiKey | None:
        """See `Keys.find`."""
        self.found += 1
        return self.rows.get(digest)

    async def add(self, key: ApiKey, act: Act | None = None) -> None:
        """See `Keys.add`."""
        if key.digest in self.rows or any(row.prefix == key.prefix for row in self.rows.values()):
            raise Rejected(f"a key with the prefix {key.prefix} exists already: make another one")
        self.rows[key.digest] = key

    async def revoke(self, prefix: str, at: datetime, act: Act | None = None) -> bool:
        """See `Keys.revoke`."""
        for digest, row in self.rows.items():
            if row.prefix == prefix and row.revoked is None:
                self.rows[digest] = msgspec.structs.replace(row, revoked=at)
                return True
        return False

    async def all(self) -> Sequence[ApiKey]:
        """See `Keys.all`."""
        return sorted(self.rows.values(), key=lambda row: row.created, reverse=True)


class MemoryPaces:
    """See `Paces`; time is the clock's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._full_at: dict[str, float] = {}

    async def settle(self, spent_s: Mapping[str, float], *, window_s: float) -> Mapping[str, float]:
        """See `Paces.settle`."""
        now_s = self._clock.now().timestamp()
        for owner, seconds in spent_s.items():
            self._full_at[owner] = max(self._full_at.get(owner, 0.0), now_s - window_s) + seconds
        return {owner: self._full_at[owner] - now_s for owner in spent_s}


class _Held(msgspec.Struct):
    digest: bytes
    created: datetime
    reply: StoredReply | None = None


class MemoryReplies:
    """See `Replies`."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], _Held] = {}

    async def claim(self, owner: str, key: str, digest: bytes, now: datetime) -> Claim:
        """See `Replies.claim`."""
        held = self._held.get((owner, key))
        if held is None or held.created < now - (RUNNING_LAPSES if held.reply is None else ANSWER_LAPSES):
            self._held[owner, key] = _Held(digest, now)
            return Claim(ClaimState.FRESH)
        if held.digest != digest:
            return Claim(ClaimState.OTHER_REQUEST)
        return Claim(ClaimState.RUNNING) if held.reply is None else Claim(ClaimState.DONE, held.reply)

    async def settle(self, owner: str, key: str, reply: StoredReply) -> None:
        """See `Replies.settle`."""
        held = self._held.get((owner, key))
        if held is not None and held.reply is None:
            held.reply = reply

    async def forget(self, owner: str, key: str) -> None:
        """See `Replies.forget`."""
        held = self._held.get((owner, key))
        if held is not None and held.reply is None:
            del self._held[owner, key]

    async def sweep(self, now: datetime) -> int:
        """See `Replies.sweep`."""
        lapsed = [place for place, held in self._held.items() if held.created < now - ANSWER_LAPSES]
        for place in lapsed:
            del self._held[place]
        return len(lapsed)


class MemoryDesk:
    """See `Desk`: remembers what was asked of it; deliveries in `parked` can be retried or skipped."""

    def __init__(self) -> None:
        self.paused: dict[str, tuple[str, str]] = {}
        self.parked: set[int] = set()

    async def pause(self, partner: str, *, reason: str, by: str, now: datetime, key: str = "") -> None:
        """See `Desk.pause`."""
        self.paused[partner] = (reason, by)

    async def resume(self, partner: str, *, reason: str, by: str, now: datetime, key: str = "") -> None:
        """See `Desk.resume`."""
        self.paused.pop(partner, None)

    async def acknowledge(
        self, partner: str, idempotency_key: str, *, ending: Ending, detail: str, reference: str, now: datetime
    ) -> bool:
        """See `Desk.acknowledge`; nothing is ever open here."""
        return False

    async def retry(self, delivery: int, *, reason: str, by: str, now: datetime, key: str = "") -> bool:
        """See `Desk.retry`."""
        return self._take(delivery)

    async def skip(self, delivery: int, *, reason: str, by: str, now: datetime, key: str = "") -> bool:
        """See `Desk.skip`."""
        return self._take(delivery)

    async def route(self, delivery: int, *, partner: str, by: str, now: datetime, reason: str, key: str = "") -> bool:
        """See `Desk.route`."""
        return self._take(delivery)

    def _take(self, delivery: int) -> bool:
        known = delivery in self.parked
        self.parked.discard(delivery)
        return known


class MemoryCustody:
    """See `Custody`: `kept` are the ids in quarantine, `log` who let what go and why."""

    def __init__(self) -> None:
        self.kept: set[str] = set()
        self.log: list[tuple[str, str, str, str]] = []

    async def release(self, quarantine_id: str, *, reason: str, by: str, key: str = "") -> Receipt | None:
        """See `Custody.release`."""
        if not self._take("release", quarantine_id, reason, by):
            return None
        return Receipt("accepted", Disposition.APPLY, event_id="1.1")

    async def skip(self, quarantine_id: str, *, reason: str, by: str, key: str = "") -> bool:
        """See `Custody.skip`."""
        return self._take("skip", quarantine_id, reason, by)

    def _take(self, act: str, quarantine_id: str, reason: str, by: str) -> bool:
        if quarantine_id not in self.kept:
            return False
        self.kept.discard(quarantine_id)
        self.log.append((act, quarantine_id, reason, by))
        return True
