"""The sync door: bytes to arrivals, arrivals to the batcher. Implements `app.intake.Intake`.

A canonical fact over HTTP is its own message and is kept in its event row, byte for byte. Anything in a partner's
dialect, and anything refused, is kept whole as a message in the same transaction as what was made of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from crossdock.app.ingest.arrival import Arrival
from crossdock.app.intake import MessageReceipt, Receipt
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Conflict, CrossdockError, Rejected
from crossdock.kernel.ids import uuid7
from crossdock.ports.clock import Clock, Dice
from crossdock.ports.connector import Decoded, DecodedFact, Decoder, Finding, IntakeContext, Replier
from crossdock.ports.directory import Partner
from crossdock.ports.messages import CountedNumbers, KeptMessage, KnownMessage, Messages
from crossdock.ports.store import MessageRow

# The kind of number an outbound interchange takes; one counter a partner, shared with the documents we send.
INTERCHANGE = "interchange"

# A fault of ours or of a map: no message should have it.
DECODER_FAULT = "DECODER-FAULT"
REPLIER_FAULT = "REPLIER-FAULT"

Submit = Callable[[Sequence[Arrival], Sequence[MessageRow]], Awaitable[list[Receipt]]]


class Letter(msgspec.Struct, frozen=True):
    """A message as it came in at one door."""

    partner: Partner
    body: bytes
    content_type: str
    channel: str
    received: datetime
    sha256: str
    traceparent: str = ""

    def row(self, identity: str, status: str, facts: int, findings: Sequence[Finding], control: str = "") -> MessageRow:
        """The row it is kept as, whole."""
        return MessageRow(
            id=identity,
            partner=self.partner.id,
            channel=self.channel,
            content_type=self.content_type,
            received=self.received,
            sha256=self.sha256,
            body=self.body,
            status=status,
            facts=facts,
            findings=encode_json(findings),
            control=control,
        )


@dataclass(frozen=True, slots=True)
class Dialects:
    """How partners speak: decoders by connector kind, and those that owe acknowledgments under numbers of ours."""

    decoders: Mapping[str, Decoder]
    repliers: Mapping[str, Replier]
    numbers: CountedNumbers


class SyncIntake:
    """Waits for the transaction and tells what became of each fact."""

    def __init__(self, submit: Submit, dialects: Dialects, messages: Messages, clock: Clock, dice: Dice) -> None:
        self._submit = submit
        self._decoders = dialects.decoders
        self._repliers = dialects.repliers
        self._numbers = dialects.numbers
        self._messages = messages
        self._clock = clock
        self._dice = dice

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        """See `Intake.facts`."""
        now = self._clock.now()
        receipts: list[Receipt | None] = []
        arrivals: list[Arrival] = []
        kept: list[MessageRow] = []
        for body in bodies:
            try:
                arrivals.append(Arrival(partner, body, decode_fact(body, now), traceparent=traceparent))
                receipts.append(None)
            except Rejected as refusal:
                row = self._refused(partner, body, refusal, now)
                kept.append(row)
                receipts.append(refused_receipt(refusal, row.id))
        if not arrivals and not kept:
            return []
        taken = iter(await self._submit(arrivals, kept))
        return [next(taken) if receipt is None else receipt for receipt in receipts]

    async def message(
        self, partner: Partner, body: bytes, content_type: str, *, channel: str, traceparent: str = ""
    ) -> MessageReceipt:
        """See `Intake.message`."""
        digest = hashlib.sha256(body).hexdigest()
        letter = Letter(partner, body, content_type, channel, self._clock.now(), digest, traceparent)
        context = IntakeContext(partner.id, partner.role.value, letter.received, partner.tz, partner.settings)
        decoded = self._decoded(letter, context)
        await self._reply(letter, context, decoded)
        decoded.findings += await self._gaps(partner, decoded)
        for _ in range(2):
            known = await self._messages.find(partner.id, decoded.control, digest)
            if known is not None and known.sha256 == digest:
                return await self._duplicate(letter, known, decoded)
            if known is not None:
                decoded = reused_number(decoded)
            try:
                return await self._store(letter, decoded)
            except Conflict:
                continue
        raise Conflict("the same message is being taken on another connection: send again")

    async def again(self, partner: Partner, kept: KeptMessage, *, dry: bool = False) -> MessageReceipt:
        """Run a kept message through the maps of today, as if it came at its own time.

        What becomes of it stands in a row of its own that names the original; the original keeps its first error and
        its bytes. Facts that were used before are duplicates. No acknowledgment goes out: the sender had one, or gets
        it when it sends the same bytes again. With `dry`, or where still nothing can be used, nothing is written.
        """
        letter = Letter(partner, kept.body, kept.content_type, kept.channel, kept.received, kept.sha256)
        context = IntakeContext(partner.id, partner.role.value, kept.received, partner.tz, partner.settings)
        decoded = self._decoded(letter, context)
        known = await self._messages.find(partner.id, decoded.control, kept.sha256)
        if known is not None and known.id != kept.id:
            finding = Finding("DUPLICATE", f"message {known.id} took its place: it was sent again", severity="info")
            row = letter.row(self._identity(self._clock.now()), "duplicate", 0, [finding])
            if not dry:
                await self._submit([], [msgspec.structs.replace(row, original=kept.id, body=b"")])
            return MessageReceipt("" if dry else row.id, "superseded", findings=(finding,))
        if not dry:
            await self._reply(letter, context, decoded)
        return await self._store(letter, Decoded(decoded.facts, decoded.findings), original=kept.id, dry=dry)

    def _decoded(self, letter: Letter, context: IntakeContext) -> Decoded:
        """What the connector makes of a message. Where it falls over it, the bytes are kept with a finding for us, and
        run again once it is mended; nobody has to send them a second time."""
        kind = letter.partner.connector
        try:
            return self._decoders[kind].decode(letter.body, letter.content_type, context)
        except CrossdockError:
            raise
        except Exception as error:  # noqa: BLE001  (connectors and maps may be foreign code; bytes must not be lost by it)
            detail = (
                f"connector {kind} fell over this message ({error!r:.500}): whoever keeps it or its "
                "map must mend it, then run the message again with crossdock reprocess; the sender need do nothing"
            )
            return Decoded(findings=[Finding(DECODER_FAULT, detail)])

    async def _reply(self, letter: Letter, context: IntakeContext, decoded: Decoded) -> None:
        """Acknowledgments under our own control numbers: the same message gets the same documents, however often.

        Where the connector falls over them, what the message says is used all the same, and a finding tells whoever
        keeps it. The partner gets them when it sends the same bytes again.
        """
        kind = letter.partner.connector
        replier = self._repliers.get(kind)
        if not decoded.reply_keys or replier is None:
            return
        numbers = [await self._numbers.number(letter.partner.id, INTERCHANGE, key) for key in decoded.reply_keys]
        try:
            decoded.replies += replier.replies(letter.body, context, numbers)
        except Exception as error:  # noqa: BLE001  (as for decoders)
            detail = (
                f"connector {kind} fell over the acknowledgment of this message ({error!r:.500}), so none was sent: "
                "whoever keeps it must mend it, then run the message again with crossdock reprocess to close this, "
                f"and ask {letter.partner.id} to send the same bytes again: it gets the acknowledgment then"
            )
            decoded.findings.append(Finding(REPLIER_FAULT, detail))

    async def _gaps(self, partner: Partner, decoded: Decoded) -> list[Finding]:
        """Numbers of the partner's own count that were passed over: told once, when the next one arrives."""
        gaps: list[Finding] = []
        for series, number in decoded.series:
            last = await self._numbers.seen(partner.id, series, number)
            if last and number > last + 1:
                gaps.append(number_gap(series, last, number))
        return gaps

    async def _store(
        self, letter: Letter, decoded: Decoded, *, original: str = "", dry: bool = False
    ) -> MessageReceipt:
        identity = self._identity(self._clock.now() if original else letter.received)
        arrivals: list[Arrival] = []
        findings = list(decoded.findings)
        for made in decoded.facts:
            try:
                fact = decode_fact(made.body, letter.received)
                arrivals.append(Arrival(letter.partner, made.body, fact, identity, letter.traceparent))
            except Rejected as refusal:
                findings.append(Finding("MAP-01", refusal.detail, where_of(made, refusal)))
        status = status_of(arrivals, findings)
        if dry or (original and not arrivals and status != "accepted"):
            return MessageReceipt("", status, findings=tuple(findings))
        row = letter.row(identity, status, len(arrivals), findings, decoded.control)
        if original:
            row = msgspec.structs.replace(row, original=original, body=b"")
        receipts = await self._submit(arrivals, [row])
        replies = tuple(text(reply) for reply in decoded.replies)
        return MessageReceipt(identity, status, tuple(receipts), tuple(findings), replies)

    async def _duplicate(self, letter: Letter, known: KnownMessage, decoded: Decoded) -> MessageReceipt:
        """Count it: the same bytes are kept once, under the first message; a row says when they came again."""
        finding = Finding("DUPLICATE", f"the same bytes as message {known.id}", severity="info")
        row = letter.row(self._identity(letter.received), "duplicate", 0, [finding], decoded.control)
        await self._submit([], [msgspec.structs.replace(row, body=b"")])
        return MessageReceipt(known.id, "duplicate", replies=tuple(text(reply) for reply in decoded.replies))

    def _identity(self, now: datetime) -> str:
        return str(uuid7(int(now.timestamp() * 1000), self._dice.bits(80)))

    def _refused(self, partner: Partner, body: bytes, refusal: Rejected, now: datetime) -> MessageRow:
        letter = Letter(partner, body, "application/json", "http", now, hashlib.sha256(body).hexdigest())
        return letter.row(self._identity(now), "refused", 0, [Finding("CONTRACT", refusal.detail, refusal.where)])


def refused_receipt(refusal: Rejected, message_id: str) -> Receipt:
    """What the sender of a fact outside the contract is told; the bytes are kept under `message_id`."""
    finding = Finding("CONTRACT", refusal.detail, refusal.where)
    return Receipt("refused", reason=f"kept as message {message_id}", findings=(finding,), message_id=message_id)


def status_of(arrivals: Sequence[Arrival], findings: Sequence[Finding]) -> str:
    """`refused` when nothing could be used, `partial` when some could, `accepted` when nothing is wrong.

    A message that lacks nothing but our acknowledgment is used as far as it goes, whatever it holds.
    """
    errors = [finding for finding in findings if finding.severity == "error"]
    if not errors:
        return "accepted"
    return "partial" if arrivals or all(finding.code == REPLIER_FAULT for finding in errors) else "refused"


def reused_number(decoded: Decoded) -> Decoded:
    """The same control number over other bytes: nothing of it is used until the sender says which is right."""
    finding = Finding(
        "CONTROL-REUSED",
        f"control number {decoded.control} was used before for other content: send it again under a new number",
    )
    return Decoded(findings=[finding, *decoded.findings], replies=decoded.replies)


def number_gap(series: str, last: int, number: int) -> Finding:
    """Interchanges that must exist and have not arrived; they may still be on their way."""
    first, final = last + 1, number - 1
    missing = f"number {first}" if first == final else f"numbers {first} to {final}"
    detail = f"{missing} of {series} did not arrive before {number}: ask the partner for them if they stay away"
    return Finding("CONTROL-GAP", detail, series, "warning")


def where_of(made: DecodedFact, refusal: Rejected) -> str:
    """Where in the message, and where in the fact made of it."""
    return " ".join(part for part in (made.where, refusal.where) if part)


def text(reply: bytes) -> str:
    """A reply document as text; EDI acknowledgements are ASCII."""
    return reply.decode("utf-8", "replace")
