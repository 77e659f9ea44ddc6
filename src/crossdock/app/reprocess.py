"""Messages nobody could use, run again after the map, the code list or the partner file was mended.

One cause made one case, however many messages failed of it; one run takes them all, in the order they were received.
The original keeps its bytes and its first error; what is made of it now stands in a row of its own that names it. A
case is closed when no kept message of its partner fails of its cause any more; the proof is the message that no longer
does.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import msgspec

from crossdock.app.ingest.causes import causes_of as causes_in
from crossdock.app.ingest.rows import case_row
from crossdock.app.intake import MessageReceipt
from crossdock.kernel.errors import Rejected
from crossdock.ports.clock import Clock
from crossdock.ports.connector import Finding
from crossdock.ports.directory import Directory, Partner
from crossdock.ports.messages import Archive, KeptMessage
from crossdock.ports.store import Store, WriteSet

PAGE = 200
MESSAGES_MAX = 100_000
AWAY = "BYTES-AWAY"

_findings = msgspec.json.Decoder(list[Finding])

Cause = tuple[str, str, str]


class Again(Protocol):
    """What runs one kept message (`app.receive.SyncIntake`)."""

    async def again(self, partner: Partner, kept: KeptMessage, *, dry: bool = False) -> MessageReceipt:
        """What became of it now."""


class Rerun(msgspec.Struct, frozen=True):
    """One message run again.

    `status` is `accepted`, `partial` or `refused` as for a new message, `superseded` when the sender has sent it again
    meanwhile, `cut` when only its beginning was kept, `away` when its bytes are archived and cannot be read, `no
    partner` when its sender is no longer connected. `message` is the row that tells of this run, empty when nothing was
    written. `first` is what was wrong then, `findings` what is now.
    """

    original: str
    partner: str
    status: str
    message: str = ""
    facts: int = 0
    first: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()


class Reprocessed(msgspec.Struct, frozen=True):
    """A whole run. `closed` are the cases it ended, as `MDM-03 nvtr folder MDM-03 …`."""

    reruns: tuple[Rerun, ...]
    closed: tuple[str, ...] = ()


class Reprocess:
    """Takes kept messages through the intake once more."""

    def __init__(self, archive: Archive, directory: Directory, intake: Again, store: Store, clock: Clock) -> None:
        self._archive = archive
        self._directory = directory
        self._intake = intake
        self._store = store
        self._clock = clock

    async def run(self, *, partner: str = "", message: str = "", dry: bool = False) -> Reprocessed:
        """All unused messages, those of one partner, or one message; with `dry` nothing is written.

        Raises:
            Rejected: there is no such message, or its bytes, which are archived, cannot be read. Of several messages
                that one is told as `away`, and the others are run.
            Transient: the store is away; what was done stays done, run it again for the rest.
        """
        reruns: list[Rerun] = []
        causes: dict[Cause, str] = {}
        async for kept in self._chosen(partner, message):
            rerun = await self._again(kept, dry=dry)
            reruns.append(rerun)
            if rerun.status in ("accepted", "superseded"):
                causes.update(dict.fromkeys(causes_of(kept), rerun.message or kept.id))
        closed = () if dry else await self._close(causes)
        return Reprocessed(tuple(reruns), closed)

    async def _chosen(self, partner: str, message: str) -> AsyncIterator[KeptMessage]:
        if message:
            kept = await self._archive.kept(message)
            if kept is None:
                raise Rejected(f"there is no message {message}: take the id from its case or from its receipt")
            yield kept
            return
        after: KeptMessage | None = None
        for _ in range(MESSAGES_MAX // PAGE):
            page = await self._archive.unused(partner=partner, after=after, limit=PAGE)
            for kept in page:
                yield kept
            if len(page) < PAGE:
                return
            after = page[-1]

    async def _again(self, kept: KeptMessage, *, dry: bool) -> Rerun:
        first = tuple(_findings.decode(kept.findings))
        partner = self._directory.partner(kept.partner)
        if partner is None:
            return Rerun(kept.id, kept.partner, "no partner", first=first)
        if kept.away:
            return Rerun(kept.id, kept.partner, "away", first=first, findings=(Finding(AWAY, kept.away),))
        if hashlib.sha256(kept.body).hexdigest() != kept.sha256:
            return Rerun(kept.id, kept.partner, "cut", first=first)
        receipt = await self._intake.again(partner, kept, dry=dry)
        return Rerun(
            kept.id,
            kept.partner,
            receipt.status,
            receipt.message_id,
            len(receipt.receipts),
            first,
            tuple(receipt.findings),
        )

    async def _close(self, mended: dict[Cause, str]) -> tuple[str, ...]:
        """Close the cases of causes no kept message fails of any more."""
        if not mended:
            return ()
        failing: set[Cause] = set()
        for partner in sorted({partner for partner, _, _ in mended}):
            async for kept in self._chosen(partner, ""):
                failing.update(causes_of(kept))
        ended = sorted(mended.keys() - failing)
        if ended:
            now = self._clock.now()
            rows = [
                msgspec.structs.replace(
                    case_row(code, partner, slot, "", now), open=False, cause=mended[partner, code, slot]
                )
                for partner, code, slot in ended
            ]
            async with self._store.batch() as batch:
                await batch.write(WriteSet(cases=rows))
        return tuple(f"{code} {partner} {slot}" for partner, code, slot in ended)


def causes_of(kept: KeptMessage) -> Sequence[Cause]:
    """What a message failed of when it came: partner, code and slot of the cases it counts in."""
    return [(kept.partner, code, slot) for code, slot in causes_in(kept.channel, _findings.decode(kept.findings))]
