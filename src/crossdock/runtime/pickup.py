"""Files from a partner's place through the intake; a file leaves it only when all about it is durable."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from crossdock.app.evidence import Refused
from crossdock.app.intake import Intake, MessageReceipt
from crossdock.app.keeping import KeepingIntake, KeepRefused
from crossdock.kernel.errors import Transient
from crossdock.ports.connector import Finding
from crossdock.ports.directory import Partner
from crossdock.ports.transport import DropTransport, PickedFile, PickupTransport
from crossdock.runtime.loops import Work

log = structlog.get_logger()

CONTENT_TYPE = "application/edi-x12"
NAME_SHOWN_CHARS = 200
# So many files of one look put off by the world, and those behind them need not be tried.
AWAY = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a partner leaves files, where files for it are put, and what kind of place that is (`sftp`, `folder` …).

    `every_s` is the rest between two looks when there was nothing to take.
    """

    inbox: PickupTransport
    outbox: DropTransport
    channel: str = "folder"
    content_type: str = CONTENT_TYPE
    every_s: float = 2.0


def pickup_work(partner: Partner, intake: Intake, place: Place, keep: KeepRefused) -> Work:
    """One look into the place.

    Order matters: the message is committed, then the acknowledgments owed are put under names made from the message id
    (the same again after a crash), then the file is moved away. A crash in between costs a duplicate that is counted.
    A file too large to be a message is told as refused and moved aside, with all its bytes. A file that fails by itself
    stays, and those behind it are taken; then its error is raised. So does one the world keeps from being taken, until
    that many in one look say that the world is away for all.
    """
    door = KeepingIntake(intake, keep)

    async def take(file: PickedFile) -> None:
        channel = f"{place.channel}:{shown(file.name)}"
        if file.oversize:
            receipt = await _refused(partner, place, channel, file, keep)
        else:
            receipt = await door.message(partner, file.body, place.content_type, channel=channel)
        await put_replies(place.outbox, receipt)
        await (place.inbox.refuse(file.name) if receipt.status == "refused" else place.inbox.archive(file.name))
        log.info(
            "pickup.taken",
            partner=partner.id,
            file=shown(file.name),
            message=receipt.message_id,
            status=receipt.status,
            facts=len(receipt.receipts),
        )

    async def look() -> int:
        files = await place.inbox.pickup()
        failed: Exception | None = None
        away = 0
        for file in files:
            try:
                await take(file)
            except Transient as error:
                away += 1
                if away == AWAY:
                    raise
                failed = failed or error
            except Exception as error:  # noqa: BLE001  (one file; the loop logs it and looks again)
                failed = failed or error
        if failed is not None:
            raise failed
        return len(files)

    return look


async def put_replies(outbox: DropTransport, receipt: MessageReceipt) -> None:
    """Put the documents owed for a message (997, CONTRL, TA1) for its sender, under names made from the message: after
    a crash the same documents are put again, not others beside them."""
    for number, reply in enumerate(receipt.replies, 1):
        await outbox.put(f"ack-{receipt.message_id}-{number}.edi", reply.encode())


def shown(name: str) -> str:
    """A file name as text that can be stored: whatever bytes it is made of, no NUL, bounded."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")[:NAME_SHOWN_CHARS]


async def _refused(partner: Partner, place: Place, channel: str, file: PickedFile, keep: KeepRefused) -> MessageReceipt:
    """What was not even read, told the same way as a message a decoder refused."""
    finding = _too_large(file)
    refused = Refused(partner.id, channel, place.content_type, file.body, (finding,))
    return MessageReceipt(await keep(refused), "refused", findings=(finding,))


def _too_large(file: PickedFile) -> Finding:
    return Finding(
        "FILE-TOO-LARGE",
        f"the file holds {file.size} bytes, more than a message may; it is kept among the refused files of its place: "
        "ask the partner to split it",
        shown(file.name),
    )
