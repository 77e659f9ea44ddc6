"""Messages as people browse them: the list, one message raw and canonical side by side, and running one again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from crossdock.app.queries import Page, page
from crossdock.app.reprocess import Reprocess, Reprocessed
from crossdock.canonical.envelope import Subject
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import from_micros, micros
from crossdock.ports.acts import Act, ActDone
from crossdock.ports.clock import Clock
from crossdock.ports.connector import Finding
from crossdock.ports.inspecting import Inspector, Report
from crossdock.ports.mailroom import Mailroom, MessageHead, MessagePlace
from crossdock.ports.store import MessageRow, Store, WriteSet

STATUSES = ("accepted", "partial", "refused", "duplicate")
SHOWN_CHARS_MAX = 200_000
BYTES_INSPECTED_MAX = 1024 * 1024

_findings = msgspec.json.Decoder(tuple[Finding, ...])


class Title(msgspec.Struct, frozen=True):
    """What a kept fact says, and of what."""

    type: str
    subject: Subject


_title = msgspec.json.Decoder(Title)


class MessageLine(msgspec.Struct, frozen=True):
    """A message in the list, with the first thing that was wrong with it."""

    head: MessageHead
    first: Finding | None


class MessageDetail(msgspec.Struct, frozen=True):
    """One message whole.

    Attributes:
        octets: how many bytes are kept; 0 where they were let go and their hash alone is kept.
        text: its bytes as text, segment by segment where that is how it is written; `cut` where there are more.
        report: what it is and what we make of it today, field by field; absent where it is too large to ask.
        runs: what was made of its bytes later.
    """

    row: MessageRow
    findings: tuple[Finding, ...]
    octets: int
    text: str
    cut: bool
    report: Report | None
    runs: tuple[MessageHead, ...]


@dataclass(frozen=True, slots=True)
class MessageRoom:
    """See the module."""

    mailroom: Mailroom
    inspector: Inspector
    reprocess: Reprocess
    store: Store
    clock: Clock

    async def messages(self, partner: str, status: str, cursor: str, limit: int) -> Page[MessageLine]:
        """A page of the list, newest first.

        Raises:
            Rejected: no such status, or a cursor we did not give.
        """
        if status and status not in STATUSES:
            raise Rejected(f"no message is {status!r}: take one of {', '.join(STATUSES)}")
        rows = await self.mailroom.messages(partner=partner, status=status, before=place_of(cursor), limit=limit)
        lines = [MessageLine(row, next(iter(findings_of(row.findings)), None)) for row in rows]
        return page(lines, limit, lambda line: f"{micros(line.head.received)}_{line.head.id}")

    async def message(self, message_id: str, *, payload: bool) -> MessageDetail | None:
        """One message; without `payload` neither its bytes nor what is made of them."""
        row = await self.mailroom.message(message_id)
        if row is None:
            return None
        body, report = await self._body(row), None
        if payload and body and len(body) <= BYTES_INSPECTED_MAX:
            report = await self.inspector.inspect(row.id, body, partner=row.partner, why=True)
        text = readable(body) if payload else ""
        return MessageDetail(
            row,
            findings_of(row.findings),
            len(body),
            text[:SHOWN_CHARS_MAX],
            len(text) > SHOWN_CHARS_MAX,
            report,
            tuple(await self.mailroom.runs(row.original or row.id)),
        )

    async def _body(self, row: MessageRow) -> bytes:
        """Its bytes; those of the original where that was run again, for its own row has none."""
        original = await self.mailroom.message(row.original) if row.original and not row.body else None
        return original.body if original is not None else row.body

    async def sample(self, body: bytes, partner: str) -> Report:
        """What we would make of these bytes; nothing is kept.

        Raises:
            Rejected: they are too many, or there is no such partner.
        """
        if len(body) > BYTES_INSPECTED_MAX:
            raise Rejected(f"a sample has at most {BYTES_INSPECTED_MAX:,} bytes: cut it")
        return await self.inspector.inspect("sample", body, partner=partner, why=True)

    async def again(self, message_id: str, act: Act) -> Reprocessed:
        """Run one kept message through the project as it is now. Who wanted it and why is kept before it begins.

        Raises:
            Rejected: there is no such message.
        """
        async with self.store.batch() as batch:
            await batch.write(WriteSet(acts=[ActDone(self.clock.now(), f"message {message_id}", act)]))
        return await self.reprocess.run(message=message_id)


def findings_of(findings: bytes) -> tuple[Finding, ...]:
    """What was wrong, as kept; nothing where nothing was."""
    return _findings.decode(findings) if findings else ()


def readable(body: bytes) -> str:
    """Bytes as people read them: text as it is, segments of X12 and EDIFACT a line each, the rest in hexadecimal."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("latin-1")
        if sum(not one.isprintable() and one not in "\r\n\t" for one in text) > len(text) // 20:
            return body.hex(" ")
    if text.startswith("ISA") and len(text) > 105 and "\n" not in text[:200]:
        return text.replace(text[105], f"{text[105]}\n")
    if text.startswith(("UNA", "UNB")) and "\n" not in text[:200]:
        end = text[8] if text.startswith("UNA") and len(text) > 8 else "'"
        return text.replace(end, f"{end}\n")
    if text[:1] in "{[":
        try:
            return msgspec.json.format(text, indent=2)
        except msgspec.DecodeError:
            return text
    return text


def place_of(cursor: str) -> MessagePlace | None:
    """The place a cursor names.

    Raises:
        Rejected: we gave no such cursor.
    """
    if not cursor:
        return None
    at, _, ident = cursor.partition("_")
    if not (at.isascii() and at.isdecimal() and len(at) <= 18 and ident):
        raise Rejected("the cursor is not one we gave: begin with the first page")
    received: datetime = from_micros(int(at))
    return MessagePlace(received, ident)


def title_of(body: bytes) -> Title | None:
    """What a kept fact says of what; nothing where its bytes are no fact."""
    try:
        return _title.decode(body)
    except msgspec.DecodeError:
        return None


def facts_of(report: Report) -> Sequence[str]:
    """The facts of a report, indented, in order."""
    return [msgspec.json.format(bytes(one), indent=2).decode() for doc in report.documents for one in doc.envelopes]
