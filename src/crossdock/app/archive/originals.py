"""Reading past the database: a message's bytes wherever they are, for whoever asks for them."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import msgspec

from crossdock.app.archive.messages import decode_piece
from crossdock.kernel.errors import Rejected
from crossdock.ports.archive import Shelf
from crossdock.ports.audit import Discrepancy, Kind
from crossdock.ports.mailroom import Mailroom, MessageHead, MessagePlace
from crossdock.ports.messages import KeptMessage, Sent
from crossdock.ports.originals import Away, BytesArchive, Row
from crossdock.ports.store import MessageRow


@dataclass(frozen=True, slots=True)
class Originals:
    """See `ports.originals.Whereabouts`; `shelf` is absent where no archive is set."""

    archive: BytesArchive
    shelf: Shelf | None

    async def whole(self, row: Row) -> Row:
        """See `Whereabouts.whole`."""
        return (await self.wholes([row]))[0]

    async def wholes(self, rows: Sequence[Row]) -> list[Row]:
        """These messages with their bytes."""
        empty = [row.id for row in rows if not row.body]
        if not empty:
            return list(rows)
        found = await self.read(await self.archive.away(empty))
        return [msgspec.structs.replace(row, body=found[row.id]) if row.id in found else row for row in rows]

    async def readable(self, rows: Sequence[KeptMessage]) -> list[KeptMessage]:
        """These messages with their bytes; one whose bytes cannot be read says so in `away` and holds up no other."""
        empty = [row.id for row in rows if not row.body]
        if not empty:
            return list(rows)
        found: dict[str, bytes] = {}
        faults: dict[str, str] = {}
        async for one, body, fault in self.each(await self.archive.away(empty)):
            if fault:
                faults[one.message] = fault
            else:
                found[one.message] = body
        return [
            msgspec.structs.replace(row, body=found.get(row.id, row.body), away=faults.get(row.id, "")) for row in rows
        ]

    async def each(self, away: Sequence[Away]) -> AsyncIterator[tuple[Away, bytes, str]]:
        """Each message with its bytes, or with why they cannot be read; a piece is read once where all of it can be."""
        pieces: dict[tuple[str, int], list[Away]] = {}
        for one in away:
            pieces.setdefault((one.place.file, one.place.position), []).append(one)
        for together in pieces.values():
            try:
                found = await self.read(together)
            except Rejected:
                found = {}
            for one in together:
                try:
                    body = found[one.message] if found else (await self.read([one]))[one.message]
                    fault = ""
                except Rejected as refusal:
                    body, fault = b"", refusal.detail
                yield one, body, fault

    async def read(self, away: Sequence[Away]) -> dict[str, bytes]:
        """See `Whereabouts.read`; each piece is read once."""
        found: dict[str, bytes] = {}
        for one in sorted(away, key=lambda one: (one.place.file, one.place.position)):
            if one.message not in found:
                named = {other.message for other in away if other.place == one.place}
                pieces = decode_piece(await self._piece(one))
                found |= {message: body for message, body in pieces.items() if message in named}
            if hashlib.sha256(found.get(one.message, b"")).hexdigest() != one.sha256:
                raise Rejected(
                    f"the archive {one.place.file} does not hold message {one.message} as it was received: restore the "
                    "file from a backup"
                )
        return found

    async def _piece(self, one: Away) -> bytes:
        if one.gone is not None:
            raise Rejected(
                f"the bytes of message {one.message} were archived, and their time in the archive was up on "
                f"{one.gone:%Y-%m-%d}: ask its sender for them"
            )
        if self.shelf is None:
            raise Rejected(
                f"the bytes of message {one.message} are archived, and no archive is set here: set retention.dir to "
                "its folder"
            )
        return await self.shelf.read(one.place)


class ArchiveMessages:
    """See `ports.messages.Sent`."""

    def __init__(self, messages: Sent, originals: Originals) -> None:
        self._messages = messages
        self._originals = originals

    async def unused(self, *, partner: str = "", after: KeptMessage | None = None, limit: int) -> Sequence[KeptMessage]:
        """See `Archive.unused`."""
        return await self._originals.readable(await self._messages.unused(partner=partner, after=after, limit=limit))

    async def kept(self, message_id: str) -> KeptMessage | None:
        """See `Archive.kept`."""
        found = await self._messages.kept(message_id)
        return await self._originals.whole(found) if found is not None else None

    async def sent(self, partner: str, after: KeptMessage | None, limit: int) -> Sequence[KeptMessage]:
        """See `Sent.sent`."""
        return await self._originals.readable(await self._messages.sent(partner, after, limit))


class ArchiveMailroom:
    """See `ports.mailroom.Mailroom`."""

    def __init__(self, mailroom: Mailroom, originals: Originals) -> None:
        self._mailroom = mailroom
        self._originals = originals

    async def messages(
        self, *, partner: str, status: str, before: MessagePlace | None, limit: int
    ) -> Sequence[MessageHead]:
        """See `Mailroom.messages`."""
        return await self._mailroom.messages(partner=partner, status=status, before=before, limit=limit)

    async def message(self, message_id: str) -> MessageRow | None:
        """See `Mailroom.message`."""
        found = await self._mailroom.message(message_id)
        return await self._originals.whole(found) if found is not None else None

    async def runs(self, message_id: str) -> Sequence[MessageHead]:
        """See `Mailroom.runs`."""
        return await self._mailroom.runs(message_id)


class Proof(msgspec.Struct, frozen=True):
    """Of how many messages the archived bytes were read, and what is wrong with which."""

    read: int
    faults: tuple[Discrepancy, ...]


async def examine(originals: Originals, sample: int) -> Proof:
    """Work out the hashes of archived bytes again, of so many messages at most."""
    away = await originals.archive.sample(sample)
    faults = [
        Discrepancy(Kind.BYTES_DIFFER, one.message, fault) async for one, _, fault in originals.each(away) if fault
    ]
    return Proof(len(away), tuple(faults))
