"""The AS2 port: a raw message comes in at the door of `web`, its receipt goes back; `transports` knows both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from crossdock.ports.connector import Finding


class As2AnswerKind(StrEnum):
    """What the door says: `answered` (with a receipt or an empty body), or why there is no receipt to give."""

    ANSWERED = "answered"
    STRANGER = "stranger"
    MALFORMED = "malformed"


class As2Answer(msgspec.Struct, frozen=True):
    """Headers and body as they go back; `detail` says what the sender must do where nothing was answered."""

    kind: As2AnswerKind
    headers: Mapping[str, str] = {}
    body: bytes = b""
    detail: str = ""


class As2Door(Protocol):
    """Takes what is posted to our AS2 address."""

    async def receive(self, headers: Mapping[str, str], body: bytes) -> As2Answer:
        """One message or receipt, as received; `headers` by lower-case name.

        Durable once this returns. The same Message-ID with the same content gets the same receipt again.

        Raises:
            Transient: nothing was taken; the sender is to post it again.
        """


class As2Document(msgspec.Struct, frozen=True):
    """A document out of its wrapping."""

    partner: str
    body: bytes
    content_type: str
    filename: str
    message_id: str


class As2Refusal(msgspec.Struct, frozen=True):
    """Bytes that could not be used, and why."""

    partner: str
    content_type: str
    body: bytes
    message_id: str
    finding: Finding


class As2Desk(Protocol):
    """Where documents and refusals go from the door."""

    async def take(self, document: As2Document) -> None:
        """Durable once this returns, whatever was made of it.

        Raises:
            Transient: nothing was taken.
        """

    async def keep(self, refusal: As2Refusal) -> None:
        """Keep what was refused, for people."""


class SentMessage(msgspec.Struct, frozen=True):
    """A document of ours under way to a partner that sends its receipt later. `mic` is what it must say, in base64.

    `disposition` is what it said, empty while it has said nothing.
    """

    message_id: str
    partner: str
    name: str
    mic: str
    sent: datetime
    disposition: str = ""
    answered: datetime | None = None


class SentMessages(Protocol):
    """Documents whose receipts come by another connection, perhaps to another process."""

    async def add(self, message: SentMessage) -> None:
        """Remember it before it is posted; again for the same message changes nothing."""

    async def find(self, partner: str, message_id: str) -> SentMessage | None:
        """What is remembered."""

    async def answer(self, partner: str, message_id: str, disposition: str, at: datetime) -> bool:
        """Write down the first receipt; false when there is none to write it to or one was written before."""
