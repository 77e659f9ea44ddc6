"""The AS2 port: a raw message comes in at the door of `web`, its receipt goes back; `transports` knows both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from crossdock.ports.connector import Finding
from crossdock.ports.store import CaseRow


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
    """Where documents, receipts and refusals go from the door."""

    async def take(self, document: As2Document) -> None:
        """Durable once this returns, whatever was made of it.

        Raises:
            Transient: nothing was taken.
        """

    async def keep(self, refusal: As2Refusal) -> None:
        """Keep what was refused, for people."""

    async def answered(self, receipt: SentReceipt) -> bool:
        """Write down what a receipt says of a document of ours; false when it was known already."""


class SentMessage(msgspec.Struct, frozen=True):
    """A document of ours under way to a partner that sends its receipt later. `mic` is what it must say, in base64.

    `disposition` is what it said, empty while it has said nothing; `answer_by` until when it is to say it, absent
    while the partner has not taken the document.
    """

    message_id: str
    partner: str
    name: str
    mic: str
    sent: datetime
    disposition: str = ""
    answered: datetime | None = None
    answer_by: datetime | None = None


class SentReceipt(msgspec.Struct, frozen=True):
    """A receipt for a document of ours. `objection` is why it does not prove that the partner has what was sent, empty
    when it does."""

    message: SentMessage
    disposition: str
    objection: str = ""


class SentTurn(Protocol):
    """One transaction over what awaits receipts."""

    async def overdue(self, now: datetime, limit: int) -> Sequence[SentMessage]:
        """Documents whose time is over, each told once and locked until the end of the turn."""

    async def answer(self, partner: str, message_id: str, disposition: str, at: datetime) -> bool:
        """Write down a receipt; false when there is none to write it to, or one that proves receipt was there before,
        or the same."""

    async def cases(self, rows: Sequence[CaseRow]) -> None:
        """Open or close cases; closing one that is not open does nothing."""


class SentMessages(Protocol):
    """Documents whose receipts come by another connection, perhaps to another process."""

    async def add(self, message: SentMessage) -> None:
        """Remember it before it is posted; again for the same message changes nothing."""

    async def find(self, partner: str, message_id: str) -> SentMessage | None:
        """What is remembered."""

    async def await_receipt(self, partner: str, message_id: str, since: datetime, answer_by: datetime) -> None:
        """The partner took it, posted at `since`: wait for its receipt until then. What it has said since stands."""

    def turn(self) -> AbstractAsyncContextManager[SentTurn]:
        """A transaction, committed at the end of the block."""
