"""Files from a partner's folder through the intake; a file leaves the folder only when all about it is durable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import structlog

from crossdock.app.intake import Intake
from crossdock.ports.directory import Partner
from crossdock.ports.transport import DropTransport
from crossdock.runtime.loops import Work

log = structlog.get_logger()

CONTENT_TYPE = "application/edi-x12"


class Picked(Protocol):
    """A file that stood still."""

    @property
    def name(self) -> str:
        """Its name in the folder."""

    @property
    def body(self) -> bytes:
        """Its bytes; empty when it is larger than a message may be."""


class Pickup(Protocol):
    """A watched folder."""

    async def pickup(self) -> Sequence[Picked]:
        """Files that may be taken, oldest first."""

    async def archive(self, name: str) -> object:
        """This one is done with."""

    async def refuse(self, name: str) -> object:
        """This one cannot be used; its bytes are kept as a message too."""


def pickup_work(partner: Partner, intake: Intake, inbox: Pickup, outbox: DropTransport) -> Work:
    """One look into the folder.

    Order matters: the message is committed, then the acknowledgments owed are put under names made from the message id
    (the same again after a crash), then the file is moved away. A crash in between costs a duplicate that is counted.
    """

    async def look() -> int:
        files = await inbox.pickup()
        for file in files:
            receipt = await intake.message(partner, file.body, CONTENT_TYPE, channel=f"folder:{file.name}")
            for number, reply in enumerate(receipt.replies, 1):
                await outbox.put(f"ack-{receipt.message_id}-{number}.edi", reply.encode())
            await (inbox.refuse(file.name) if receipt.status == "refused" else inbox.archive(file.name))
            log.info(
                "pickup.taken",
                partner=partner.id,
                file=file.name,
                message=receipt.message_id,
                status=receipt.status,
                facts=len(receipt.receipts),
            )
        return len(files)

    return look
