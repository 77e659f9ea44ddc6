"""What ingress offers to `web`, folders and workers: canonical facts, or a message in a partner's own dialect.

Both flow modes stand behind the same two calls (architecture.md §2): `sync` answers with what became of each fact once
the transaction has committed; `queued` answers `queued` once the bytes are durable in JetStream.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.connector import Finding
from crossdock.ports.directory import Partner


class Receipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one fact.

    `disposition` is absent while the fact is only queued; `event_id` is there when it has a place in a dossier's log.
    `waiting_id` or `quarantine_id` name the place of a fact that has none. `findings` say why a fact was refused, and
    `message_id` names the kept bytes of a refused one. `status` is `accepted`, `queued` or `refused`.
    """

    status: str
    disposition: Disposition | None = None
    event_id: str = ""
    waiting_id: str = ""
    quarantine_id: str = ""
    reason: str = ""
    transitions: str = ""
    findings: tuple[Finding, ...] = ()
    message_id: str = ""


class MessageReceipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one received message: `accepted`, `queued`, `duplicate`, `partial` or `refused`.

    `replies` are documents owed to the sender on the same channel (997, TA1), already stored.
    """

    message_id: str
    status: str
    receipts: tuple[Receipt, ...] = ()
    findings: tuple[Finding, ...] = ()
    replies: tuple[str, ...] = ()


class Intake(Protocol):
    """The door of the hub."""

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        """Take canonical envelopes (JSON), each its own message; one receipt each, in order.

        A body that is not a fact of the contract gets status `refused` with findings, and is kept.

        Raises:
            Overloaded: the batcher or the stream is full; nothing was taken.
        """

    async def message(
        self, partner: Partner, body: bytes, content_type: str, *, channel: str, traceparent: str = ""
    ) -> MessageReceipt:
        """Take one message in the partner's dialect, decoded by its connector.

        Raises:
            Overloaded: as above.
        """
