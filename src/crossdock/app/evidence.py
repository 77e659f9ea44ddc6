"""Keeps what was refused at the door before any decoder saw it: bad signature, wrong key, too large, not JSON.

A stranger must not be able to fill the disk: such bytes are cut at 64 KiB, and each partner's door keeps a limited
number an hour. What the door does not keep, it says.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from crossdock.kernel.codec import encode_json
from crossdock.kernel.ids import uuid7
from crossdock.kernel.instant import micros
from crossdock.ports.clock import Dice
from crossdock.ports.connector import Finding
from crossdock.ports.store import MessageRow, Store, WriteSet

BODY_KEPT_BYTES = 64 * 1024
TEXT_KEPT_CHARS = 200
KEPT_PER_HOUR = 600
PARTNERS_MAX = 10_000


class Refused(msgspec.Struct, frozen=True):
    """Bytes that were not taken, and why."""

    partner: str
    channel: str
    content_type: str
    body: bytes
    findings: tuple[Finding, ...]


class Evidence:
    """The door's own record of refusals, one per process."""

    def __init__(self, store: Store, dice: Dice, *, kept_per_hour: int = KEPT_PER_HOUR) -> None:
        self._store = store
        self._dice = dice
        self._kept_per_hour = kept_per_hour
        self._hour = 0
        self._kept: dict[str, int] = {}

    async def keep(self, refused: Refused, now: datetime) -> str:
        """Store at most 64 KiB of the bytes as a refused message; returns its id, empty when the hour is full."""
        if not self._admit(refused.partner, now):
            return ""
        message_id = f"msg-{uuid7(micros(now) // 1000, self._dice.bits(80))}"
        row = MessageRow(
            id=message_id,
            partner=refused.partner,
            channel=refused.channel,
            content_type=_storable(refused.content_type),
            received=now,
            sha256=hashlib.sha256(refused.body).hexdigest(),
            body=refused.body[:BODY_KEPT_BYTES],
            status="refused",
            facts=0,
            findings=encode_json(refused.findings),
        )
        async with self._store.batch() as batch:
            await batch.write(WriteSet(messages=[row]))
        return message_id

    def _admit(self, partner: str, now: datetime) -> bool:
        hour = micros(now) // 3_600_000_000
        if hour != self._hour or len(self._kept) > PARTNERS_MAX:
            self._hour = hour
            self._kept = {}
        count = self._kept.get(partner, 0)
        self._kept[partner] = count + 1
        return count < self._kept_per_hour


def _storable(text: str) -> str:
    """A header as the database can hold it: no NUL, bounded."""
    return text.replace("\x00", "")[:TEXT_KEPT_CHARS]
