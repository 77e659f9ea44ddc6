"""Kept messages as people look through them: newest first, and the runs made of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.ports.store import MessageRow


class MessageHead(msgspec.Struct, frozen=True, gc=False):
    """One line of the list; `octets` is the size of its bytes, `findings` JSON."""

    id: str
    partner: str
    channel: str
    content_type: str
    received: datetime
    status: str
    facts: int
    control: str
    octets: int
    findings: bytes
    original: str


class MessagePlace(msgspec.Struct, frozen=True):
    """Where a page of the list ended."""

    received: datetime
    id: str


class Mailroom(Protocol):
    """Committed rows, without a lock.

    Raises:
        Transient: the store cannot be reached.
    """

    async def messages(
        self, *, partner: str, status: str, before: MessagePlace | None, limit: int
    ) -> Sequence[MessageHead]:
        """Kept messages, newest first; `partner` and `status` empty for all."""

    async def message(self, message_id: str) -> MessageRow | None:
        """One message with its bytes and findings."""

    async def runs(self, message_id: str) -> Sequence[MessageHead]:
        """What was made of this message's bytes later, oldest first, at most 100."""
