"""CONTRL and APERAK on what we sent to `command.acknowledged` and `command.refused`.

Source: reference/edifact-envelope.md §5 and §6. We send one message in one interchange, both under one number of ours,
so that an answer on either level names the command. Which command that number was for is known where numbers are given
out: the fact carries the reference `control|<partner>|<number>`.
"""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events.platform import CommandAcknowledged, CommandRefused
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import make_envelope
from crossdock.connectors.edifact.codes import ACCEPTED, REFUSED
from crossdock.connectors.edifact.config import Settings
from crossdock.formats.edifact.acknowledgement import (
    ACKNOWLEDGED,
    RECEIVED,
    REJECTED,
    InterchangeAnswer,
    read_acknowledgement,
)
from crossdock.formats.edifact.marks import Row, Spot, composite, value
from crossdock.formats.edifact.tree import WARNING, Message
from crossdock.kernel.instant import Occurrence
from crossdock.ports.connector import DecodedFact, IntakeContext

SCHEME = "control"
REASON_MAX = 2000
NUMBER_LENGTH = 14
# RFF in APERAK that names the message it is about, the surest first.
ABOUT_US = ("ACW", "AGO", "DM")


def control_id(number: int | str) -> str:
    """The identifier a message of ours is answered under: UNB 0020 and UNH 0062, without padding."""
    plain = str(number).strip()
    return plain.lstrip("0") or "0"


class Answers:
    """Reads acknowledgments of one file into facts; faults of theirs go to the message."""

    def __init__(self, context: IntakeContext, settings: Settings) -> None:
        self._context = context
        self._receipt = settings.receipt
        self._harmless = frozenset(settings.harmless)

    def read(self, message: Message, spoken: Occurrence) -> list[DecodedFact]:
        """The facts of a CONTRL or APERAK."""
        found = self._contrl(message) if message.kind == "CONTRL" else self._aperak(message)
        return [self._fact(message, spoken, *one) for one in found]

    def _contrl(self, message: Message) -> list[tuple[str, str, str]]:
        answer = read_acknowledgement(message)
        if answer is None:
            return []
        if not answer.control:
            detail = "UCI 0020 is missing: send the control reference of the interchange that was judged"
            message.faults.append(message.fault("UCD-13", detail, 1, Spot(1)))
            return []
        return self._judged(message, answer)

    def _judged(self, message: Message, answer: InterchangeAnswer) -> list[tuple[str, str, str]]:
        actions = [answer.action, *(action for _, action in answer.groups), *(one.action for one in answer.messages)]
        notes = [note for one in answer.messages if one.action == REJECTED for note in one.notes]
        kind = next((one.kind for one in answer.messages), "")
        if REJECTED in actions:
            told = "; ".join([*filter(None, (answer.note,)), *notes]) or "no reason given"
            return [(answer.control, kind, f"the partner rejected our interchange {answer.control}: {told}")]
        if ACKNOWLEDGED in actions or (answer.action == RECEIVED and self._receipt):
            return [(answer.control, kind, "")]
        if answer.action != RECEIVED:
            detail = f"UCI 0083 {answer.action!r} is no answer: send 4, 7 or 8"
            message.faults.append(message.fault("UCD-12", detail, 1, Spot(4), severity=WARNING))
        return []

    def _aperak(self, message: Message) -> list[tuple[str, str, str]]:
        rows = message.rows
        number = _about(rows)
        if not number:
            detail = "it names no message of ours: send RFF+ACW with the reference of our UNH"
            message.faults.append(message.fault("UCS-13", detail, len(rows) - 1, tag="RFF"))
            return []
        errors = [code for row in rows if row[0] == "ERC" and (code := value(row, 1)) not in self._harmless]
        texts = [" ".join(filter(None, composite(row, 4))) for row in rows if row[0] == "FTX"]
        head: Row = next((row for row in rows if row[0] == "BGM"), [])
        verdict = {value(head, 3), value(head, 4)}
        if verdict & REFUSED or (errors and not verdict & ACCEPTED):
            told = "; ".join(filter(None, (*(f"error {code}" for code in errors), *texts))) or "no reason given"
            return [(number, "", f"the partner refused our message {number}: {told}")]
        return [(number, "", "")]

    def _fact(self, message: Message, spoken: Occurrence, number: str, kind: str, reason: str) -> DecodedFact:
        context, control = self._context, control_id(number)
        key = f"{SCHEME}:{control}"
        payload: CommandAcknowledged | CommandRefused
        if reason:
            payload = CommandRefused(command=kind or "unknown", idempotency_key=key, reason=reason[:REASON_MAX])
        else:
            payload = CommandAcknowledged(command=kind or "unknown", idempotency_key=key, reference=control)
        name = "command.refused" if reason else "command.acknowledged"
        told = f"EDIFACT {message.kind} {message.version}"
        source = Source(Role(context.role), context.partner, message.interchange.control, told)
        refs = (Reference(SCHEME, control, context.partner),)
        body = make_envelope(name, Subject("command", key), source, spoken, payload, refs=refs)
        return DecodedFact(body, message.where(1) if len(message.texts) > 1 else message.path)


def _about(rows: Sequence[Row]) -> str:
    """The number of ours an APERAK names, empty where it names none."""
    named = {value(row, 1, 1): value(row, 1, 2) for row in reversed(rows) if row[0] in ("RFF", "DOC")}
    found = (named[code] for code in ABOUT_US if code in named)
    return next((one for one in found if one.isascii() and one.isdecimal() and len(one) <= NUMBER_LENGTH), "")
